namespace OpsMesh.Sidecar.PubSub;

/// <summary>Where the events of one subscription go that the application does not get; without a topic for them they are dropped.</summary>
internal sealed partial class DeadLetters(string appId, AppSubscription subscription, IBroker broker, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public async Task TakeAsync(BrokerMessage message, string why)
    {
        if (string.IsNullOrEmpty(subscription.DeadLetterTopic))
        {
            LogDropped(subscription.Topic, appId, why);
            return;
        }

        // Not the subscription's token: a message in hand is still put aside while the process ends.
        using var limit = new CancellationTokenSource(Limit, clock);
        await broker.PublishAsync(message with { Topic = subscription.DeadLetterTopic }, limit.Token);
        LogDeadLettered(subscription.Topic, appId, subscription.DeadLetterTopic, why);
    }

    [LoggerMessage(LogLevel.Warning, "An event on topic {Topic} for {AppId} was dropped: {Why}")]
    private partial void LogDropped(string topic, string appId, string why);

    [LoggerMessage(LogLevel.Warning, "An event on topic {Topic} for {AppId} went to {DeadLetterTopic}: {Why}")]
    private partial void LogDeadLettered(string topic, string appId, string deadLetterTopic, string why);
}
