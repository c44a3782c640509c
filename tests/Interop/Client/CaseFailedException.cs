namespace OpsMesh.Interop.Client;

/// <summary>A call did not do what its case demands.</summary>
internal sealed class CaseFailedException(string message) : Exception(message);
