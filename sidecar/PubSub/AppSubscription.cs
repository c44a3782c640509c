namespace OpsMesh.Sidecar.PubSub;

/// <summary>What one application receives.</summary>
/// <param name="Routes">In order; an empty match takes everything. None: messages are dropped.</param>
internal sealed record AppSubscription(
    string PubSub,
    string Topic,
    IReadOnlyList<(string Match, string Path)> Routes,
    string? DeadLetterTopic,
    IReadOnlyDictionary<string, string> Metadata,
    bool IsDeclarative)
{
    public bool IsRaw => Metadata.TryGetValue("rawPayload", out var raw) && raw.Equals("true", StringComparison.OrdinalIgnoreCase);
}
