namespace OpsMesh.Sidecar.PubSub;

/// <summary>One event to publish, as a caller gave it.</summary>
/// <param name="ContentType">Empty: text/plain.</param>
/// <param name="TraceParent">Of the publish; empty: none.</param>
internal sealed record PublishRequest(
    string PubSub,
    string Topic,
    ReadOnlyMemory<byte> Data,
    string ContentType,
    IReadOnlyDictionary<string, string> Metadata,
    string TraceParent,
    string TraceState)
{
    /// <summary>Two things differ from HTTP: no metadata are stored when there are none, and a raw payload carries its trace in them.</summary>
    public bool IsOverGrpc { get; init; }
}

/// <summary>Events to publish together.</summary>
internal sealed record BulkPublish(
    string PubSub,
    string Topic,
    IReadOnlyList<BulkEntry> Entries,
    IReadOnlyDictionary<string, string> Metadata,
    string TraceParent,
    string TraceState)
{
    public bool IsOverGrpc { get; init; }
}

/// <param name="Metadata">Null: the entry has no such member.</param>
internal sealed record BulkEntry(string Id, ReadOnlyMemory<byte> Data, string ContentType, IReadOnlyDictionary<string, string>? Metadata);
