namespace Dapr.Messaging.PublishSubscribe;

/// <summary>How long a handler may take, and what becomes of its event when it takes longer or fails.</summary>
public sealed record MessageHandlingPolicy(TimeSpan TimeoutDuration, TopicResponseAction DefaultResponseAction);

public sealed record DaprSubscriptionOptions(MessageHandlingPolicy MessageHandlingPolicy)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Null: none.</summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>Without effect here: no event is read before the one before it was answered.</summary>
    public int? MaximumQueuedMessages { get; init; }

    /// <summary>How long disposing waits for the handler that is running. Default: 30 s.</summary>
    public TimeSpan MaximumCleanupTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Null: failures are not seen.</summary>
    public SubscriptionErrorHandler? ErrorHandler { get; init; }
}
