using OpsMesh.Sidecar.PubSub;

namespace OpsMesh.Sidecar.Resources;

/// <summary>A declarative subscription.</summary>
/// <param name="Routes">In order; the last may be the default with an empty match. None: listed, but its messages are dropped.</param>
internal sealed record SubscriptionResource(
    string PubSubName,
    string Topic,
    IReadOnlyList<TopicRoute> Routes,
    string? DeadLetterTopic,
    IReadOnlyDictionary<string, string> Metadata,
    BulkOptions? Bulk,
    IReadOnlyList<string> Scopes);
