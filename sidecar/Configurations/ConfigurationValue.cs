namespace OpsMesh.Sidecar.Configurations;

/// <summary>One item of a configuration store.</summary>
/// <param name="Value">Empty: it was deleted.</param>
/// <param name="Version">Empty when the store has none.</param>
internal readonly record struct ConfigurationValue(string Value, string Version);
