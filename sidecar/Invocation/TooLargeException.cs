namespace OpsMesh.Sidecar.Invocation;

/// <summary>A body is longer than the sidecar takes. Worded as daprd words it.</summary>
internal sealed class TooLargeException() : IOException("stream too large");
