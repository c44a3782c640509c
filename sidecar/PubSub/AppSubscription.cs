namespace OpsMesh.Sidecar.PubSub;

/// <summary>What one application receives.</summary>
/// <param name="Routes">In order; the first that matches takes the event. None: messages are dropped.</param>
internal sealed record AppSubscription(
    string PubSub,
    string Topic,
    IReadOnlyList<TopicRoute> Routes,
    string? DeadLetterTopic,
    IReadOnlyDictionary<string, string> Metadata,
    SubscriptionKind Kind)
{
    /// <summary>Null: events are delivered one by one.</summary>
    public BulkOptions? Bulk { get; init; }

    public bool IsRaw { get; } = Metadata.Any(m => m.Key.Equals("rawPayload", StringComparison.OrdinalIgnoreCase) && GoBool.Parse(m.Value) == true);
}
