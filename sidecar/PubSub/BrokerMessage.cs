namespace OpsMesh.Sidecar.PubSub;

/// <summary>What a broker carries: an envelope or raw bytes, and the metadata of the publish.</summary>
/// <param name="StoredMetadata">Null: a publish over gRPC without any. Brokers that write metadata down leave them out then.</param>
internal sealed record BrokerMessage(string Topic, ReadOnlyMemory<byte> Data, IReadOnlyDictionary<string, string>? StoredMetadata)
{
    private static readonly Dictionary<string, string> None = [];

    public IReadOnlyDictionary<string, string> Metadata => StoredMetadata ?? None;
}
