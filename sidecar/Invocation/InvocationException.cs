namespace OpsMesh.Sidecar.Invocation;

/// <summary>An invocation that came to no answer of the application; the message is what stands behind "err:".</summary>
internal sealed class InvocationException(string problem, Exception? inner = null) : Exception(problem, inner);
