namespace OpsMesh.Sidecar.Cel;

/// <summary>An expression that cannot be compiled, or one that cannot be evaluated for the value at hand.</summary>
internal sealed class CelException(string message) : Exception(message);
