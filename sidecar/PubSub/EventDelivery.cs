using OpsMesh.Sidecar.Resources;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Takes the messages of one subscription to the application: route, attempts, dead letter.</summary>
internal sealed partial class EventDelivery(
    string appId,
    AppSubscription subscription,
    InMemoryBroker broker,
    IEventSender sender,
    InboundPolicy? policy,
    SidecarTracing tracing,
    TimeProvider clock,
    ILogger logger)
{
    private static readonly TimeSpan DeadLetterLimit = TimeSpan.FromSeconds(30);

    public async Task HandleAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        var received = ReceivedEvent.Read(message, subscription);
        if (received is null)
        {
            await EndAsync(message, "it is not a JSON object");
        }
        else if (received.IsExpired(clock))
        {
            await EndAsync(message, "it has expired");
        }
        else if (subscription.Routes.Count == 0)
        {
            await EndAsync(message, "no route matches");
        }
        else
        {
            await DeliverAsync(received, subscription.Routes[0].Path, cancellationToken);
        }
    }

    private async Task DeliverAsync(ReceivedEvent received, string path, CancellationToken cancellationToken)
    {
        using var span = tracing.StartDelivery(subscription.Topic, received.TraceParent);
        span?.SetTag("messaging.system", "pubsub").SetTag("messaging.destination", subscription.Topic).SetTag("dapr.app_id", appId);
        var traceParent = span?.Id ?? received.TraceParent;
        for (var retry = 1; ; retry++)
        {
            switch (await AttemptAsync(received, path, traceParent, cancellationToken))
            {
                case DeliveryOutcome.Handled:
                    return;
                case DeliveryOutcome.Dropped:
                    await EndAsync(received.Message, "the application does not want it");
                    return;
            }

            if (policy?.Retry?.DelayBefore(retry) is not { } delay)
            {
                span?.SetStatus(System.Diagnostics.ActivityStatusCode.Error);
                await EndAsync(received.Message, "the application failed to handle it");
                return;
            }

            await Task.Delay(delay, clock, cancellationToken);
        }
    }

    private async Task<DeliveryOutcome> AttemptAsync(ReceivedEvent received, string path, string? traceParent, CancellationToken cancellationToken)
    {
        if (policy?.Timeout is not { } limit)
        {
            return await sender.SendAsync(received, subscription, path, traceParent, cancellationToken);
        }

        using var due = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            return await sender.SendAsync(received, subscription, path, traceParent, either.Token);
        }
        catch (Exception e) when (due.IsCancellationRequested && e is OperationCanceledException or Grpc.Core.RpcException)
        {
            return DeliveryOutcome.Failed;
        }
    }

    private async Task EndAsync(BrokerMessage message, string why)
    {
        if (string.IsNullOrEmpty(subscription.DeadLetterTopic))
        {
            LogDropped(subscription.Topic, appId, why);
            return;
        }

        // Not the subscription's token: a message in hand is still put aside while the process ends.
        using var limit = new CancellationTokenSource(DeadLetterLimit, clock);
        await broker.PublishAsync(message with { Topic = subscription.DeadLetterTopic }, limit.Token);
        LogDeadLettered(subscription.Topic, appId, subscription.DeadLetterTopic, why);
    }

    [LoggerMessage(LogLevel.Warning, "An event on topic {Topic} for {AppId} was dropped: {Why}")]
    private partial void LogDropped(string topic, string appId, string why);

    [LoggerMessage(LogLevel.Warning, "An event on topic {Topic} for {AppId} went to {DeadLetterTopic}: {Why}")]
    private partial void LogDeadLettered(string topic, string appId, string deadLetterTopic, string why);
}
