using Grpc.Core;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Resources;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Finds out what an application receives and starts to deliver it.</summary>
internal sealed partial class SubscriptionStarter(SidecarTracing tracing, TimeProvider clock, ILoggerFactory logs)
{
    private const int Attempts = 4;

    private readonly ILogger _logger = logs.CreateLogger<SubscriptionStarter>();

    public async Task StartAsync(AppSidecar app, AppChannel channel, ResourceSet resources, CancellationToken cancellationToken)
    {
        if (!app.PubSub.Components.Any())
        {
            return;
        }

        var asked = await AskAsync(SourceOf(app, channel), app.Plan.AppId, cancellationToken);
        var declared = resources.Subscriptions
            .Where(s => s.Scopes.Count == 0 || s.Scopes.Contains(app.Plan.AppId, StringComparer.Ordinal))
            .Select(s => new AppSubscription(s.PubSubName, s.Topic, s.Routes, s.DeadLetterTopic, s.Metadata, IsDeclarative: true));
        app.Subscriptions = Merge(declared, asked);
        foreach (var subscription in app.Subscriptions)
        {
            Start(app, channel, subscription, resources);
        }
    }

    /// <summary>What an application asks for wins over what is declared; of its own entries the last, of the declared ones the first.</summary>
    private static List<AppSubscription> Merge(IEnumerable<AppSubscription> declared, IReadOnlyList<AppSubscription> asked)
    {
        var byTopic = new Dictionary<(string, string), AppSubscription>();
        foreach (var subscription in declared)
        {
            byTopic.TryAdd((subscription.PubSub, subscription.Topic), subscription);
        }

        foreach (var subscription in asked)
        {
            byTopic[(subscription.PubSub, subscription.Topic)] = subscription;
        }

        return [.. byTopic.Values];
    }

    private async Task<IReadOnlyList<AppSubscription>> AskAsync(ISubscriptionSource source, string appId, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await source.AskAsync(cancellationToken) ?? [];
            }
            catch (Exception e) when (e is RpcException or HttpRequestException)
            {
                LogUnanswered(appId, attempt, e.Message);
                if (attempt == Attempts)
                {
                    return [];
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500 * Math.Pow(1.5, attempt - 1)), clock, cancellationToken);
        }
    }

    private ISubscriptionSource SourceOf(AppSidecar app, AppChannel channel) => channel.Callback is { } callback
        ? new GrpcSubscriptionSource(app.Plan, callback, _logger)
        : new HttpSubscriptionSource(app.Plan, channel, _logger);

    private void Start(AppSidecar app, AppChannel channel, AppSubscription subscription, ResourceSet resources)
    {
        if (app.PubSub.Find(subscription.PubSub) is not { } component)
        {
            LogUnknown(app.Plan.AppId, subscription.Topic, subscription.PubSub);
            return;
        }

        IEventSender sender = channel.Callback is { } callback ? new GrpcEventSender(app.Plan, callback) : new HttpEventSender(app.Plan, channel);
        var policy = resources.Resiliency
            .Where(r => r.Scopes.Count == 0 || r.Scopes.Contains(app.Plan.AppId, StringComparer.Ordinal))
            .Select(r => r.Inbound.GetValueOrDefault(subscription.PubSub))
            .FirstOrDefault(p => p is not null);
        var delivery = new EventDelivery(
            app.Plan.AppId, subscription, component.Broker, sender, policy, tracing, clock, logs.CreateLogger<EventDelivery>());

        // It lives as long as the broker, which ends its subscriptions itself.
        app.Hold(component.Broker.Subscribe(subscription.Topic, delivery.HandleAsync));
        LogSubscribed(app.Plan.AppId, subscription.Topic, subscription.PubSub);
    }

    [LoggerMessage(LogLevel.Information, "{AppId} receives topic {Topic} of {PubSub}")]
    private partial void LogSubscribed(string appId, string topic, string pubSub);

    [LoggerMessage(LogLevel.Error, "{AppId} subscribes to topic {Topic} of {PubSub}, which is no component of its own")]
    private partial void LogUnknown(string appId, string topic, string pubSub);

    [LoggerMessage(LogLevel.Warning, "{AppId} did not tell its subscriptions at attempt {Attempt}: {Problem}")]
    private partial void LogUnanswered(string appId, int attempt, string problem);
}
