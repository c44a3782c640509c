namespace OpsMesh.Sidecar.Locks;

/// <summary>A lock store could not be asked.</summary>
internal sealed class LockStoreException(string message) : Exception(message);
