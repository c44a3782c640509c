namespace OpsMesh.Sidecar.PubSub;

/// <summary>What a broker carries: an envelope or raw bytes, and the metadata of the publish.</summary>
internal sealed record BrokerMessage(string Topic, ReadOnlyMemory<byte> Data, IReadOnlyDictionary<string, string> Metadata);
