namespace Dapr.AspNetCore;

/// <summary>One entry of the answer to <c>GET /dapr/subscribe</c>. It says pubsubName, as the official package does; daprd reads names without case.</summary>
internal sealed record Subscription(string Topic, string PubsubName)
{
    public string? Route { get; init; }

    public SubscriptionRoutes? Routes { get; init; }

    public Dictionary<string, string>? Metadata { get; init; }

    public string? DeadLetterTopic { get; init; }

    public SubscriptionBulk? BulkSubscribe { get; init; }
}

internal sealed record SubscriptionRoutes(IReadOnlyList<SubscriptionRule> Rules, string? Default);

internal sealed record SubscriptionRule(string Match, string Path);

internal sealed record SubscriptionBulk(bool Enabled, int MaxMessagesCount, int MaxAwaitDurationMs);
