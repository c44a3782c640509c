using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Subscribes to a component and delivers what comes.</summary>
internal sealed class DeliveryStarter(SidecarTracing tracing, TimeProvider clock, ILoggerFactory logs)
{
    /// <param name="bulk">Null: the application gets events one by one, whatever the subscription says.</param>
    /// <returns>Ends the subscription.</returns>
    /// <exception cref="BrokerException">The component refused, or the topic is not for this application.</exception>
    public Task<IDisposable> StartAsync(
        AppSidecar app,
        PubSubComponent component,
        AppSubscription subscription,
        IEventSender sender,
        IBulkSender? bulk,
        CancellationToken cancellationToken)
    {
        var appId = app.Plan.AppId;
        if (!component.Scopes.MaySubscribe(appId, subscription.Topic))
        {
            throw new BrokerException($"subscription to topic '{subscription.Topic}' on pubsub '{subscription.PubSub}' is not allowed");
        }

        var policy = app.Policies.Inbound(subscription.PubSub, PubSubComponent.Kind);
        var deadLetters = new DeadLetters(appId, subscription, component.Broker, clock, logs.CreateLogger<DeadLetters>());
        Func<BrokerMessage, CancellationToken, Task> handle = subscription.Bulk is { } options && bulk is not null
            ? new BulkDelivery(appId, subscription, options, bulk, deadLetters, policy, clock, logs.CreateLogger<BulkDelivery>()).HandleAsync
            : new EventDelivery(appId, subscription, sender, deadLetters, policy, tracing, clock, logs.CreateLogger<EventDelivery>()).HandleAsync;
        return component.Broker.SubscribeAsync(subscription.Topic, appId, handle, cancellationToken);
    }
}
