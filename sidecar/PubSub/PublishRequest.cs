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
    string TraceState);
