using OpsMesh.Sidecar.Cel;
using OpsMesh.Sidecar.Resilience;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Takes the messages of one subscription to the application: route, attempts, dead letter.</summary>
internal sealed partial class EventDelivery(
    string appId,
    AppSubscription subscription,
    IEventSender sender,
    DeadLetters deadLetters,
    Policy? policy,
    SidecarTracing tracing,
    TimeProvider clock,
    ILogger logger)
{
    /// <param name="stopping">The subscription ends: what is being delivered may finish, but nothing is tried again or put aside.</param>
    public async Task HandleAsync(BrokerMessage message, CancellationToken stopping)
    {
        if (ReceivedEvent.Read(message, subscription) is not { } received)
        {
            await deadLetters.TakeAsync(message, "it is not a JSON object");
        }
        else if (received.IsExpired(clock))
        {
            await deadLetters.TakeAsync(message, "it has expired");
        }
        else if (FindRoute(received, out var problem) is not { } route)
        {
            await deadLetters.TakeAsync(message, problem);
        }
        else
        {
            await DeliverAsync(received, route.Path, stopping);
        }
    }

    private TopicRoute? FindRoute(ReceivedEvent received, out string problem)
    {
        problem = "no route matches";
        try
        {
            return subscription.Routes.FirstOrDefault(r => r.Takes(received));
        }
        catch (CelException e)
        {
            problem = $"the match of a route has no answer for it: {e.Message}";
            return null;
        }
    }

    private async Task DeliverAsync(ReceivedEvent received, string path, CancellationToken stopping)
    {
        using var span = tracing.StartDelivery(subscription.Topic, received.TraceParent);
        span?.SetTag("messaging.system", "pubsub").SetTag("messaging.destination", subscription.Topic).SetTag("dapr.app_id", appId);
        var traceParent = span?.Id ?? received.TraceParent;
        var result = await AttemptAsync(received, path, traceParent, stopping);
        if (result.Outcome == DeliveryOutcome.Failed)
        {
            span?.SetStatus(System.Diagnostics.ActivityStatusCode.Error);
            stopping.ThrowIfCancellationRequested();
            await deadLetters.TakeAsync(received.Message, "the application failed to handle it");
        }
        else if (result.Outcome == DeliveryOutcome.Dropped)
        {
            await deadLetters.TakeAsync(received.Message, "the application does not want it");
        }
    }

    private async Task<DeliveryResult> AttemptAsync(ReceivedEvent received, string path, string? traceParent, CancellationToken stopping)
    {
        if (policy is null)
        {
            return await sender.SendAsync(received, subscription, path, traceParent, CancellationToken.None);
        }

        try
        {
            // The stop of the subscription ends the waits of the policy; an attempt under way may finish.
            return await policy.RunAsync(
                due => sender.SendAsync(received, subscription, path, traceParent, due == stopping ? CancellationToken.None : due),
                result => result.Verdict,
                stopping);
        }
        catch (Exception e) when (e is RefusedByBreakerException or PolicyTimeoutException)
        {
            LogRefused(subscription.Topic, appId, e.Message);
            return DeliveryResult.Failed;
        }
    }

    [LoggerMessage(LogLevel.Warning, "An event on topic {Topic} did not reach {AppId}: {Problem}")]
    private partial void LogRefused(string topic, string appId, string problem);
}
