namespace OpsMesh.Sidecar.PubSub;

/// <summary>A broker refused or cannot be reached.</summary>
internal sealed class BrokerException(string message, Exception? inner = null) : Exception(message, inner);
