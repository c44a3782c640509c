namespace OpsMesh.Sidecar.Resources;

/// <summary>A declarative subscription.</summary>
/// <param name="Routes">In order; the last may be the default with an empty match. None: listed, but its messages are dropped.</param>
internal sealed record SubscriptionResource(
    string PubSubName,
    string Topic,
    IReadOnlyList<(string Match, string Path)> Routes,
    string? DeadLetterTopic,
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<string> Scopes);
