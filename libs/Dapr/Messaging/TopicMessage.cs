using Google.Protobuf.WellKnownTypes;

namespace Dapr.Messaging.PublishSubscribe;

/// <summary>One event of a topic.</summary>
public sealed record TopicMessage(string Id, string Source, string Type, string SpecVersion, string DataContentType, string Topic, string PubSubName)
{
    public ReadOnlyMemory<byte> Data { get; init; }

    public string? Path { get; init; }

    public IReadOnlyDictionary<string, Value> Extensions { get; init; } = new Dictionary<string, Value>();
}

/// <summary>What becomes of an event.</summary>
public enum TopicResponseAction
{
    Success,
    Retry,
    Drop,
}

/// <summary>Handles one event; the token ends with the time that the policy gives it, and with the subscription.</summary>
public delegate Task<TopicResponseAction> TopicMessageHandler(TopicMessage request, CancellationToken cancellationToken = default);

/// <summary>Told of what goes wrong while nobody waits for the subscription.</summary>
public delegate Task SubscriptionErrorHandler(DaprException exception);
