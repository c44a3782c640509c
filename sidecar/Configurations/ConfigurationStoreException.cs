namespace OpsMesh.Sidecar.Configurations;

/// <summary>A configuration store could not be asked.</summary>
internal sealed class ConfigurationStoreException(string message) : Exception(message);
