using Grpc.Core;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Finds out what an application receives and starts to deliver it.</summary>
internal sealed partial class SubscriptionStarter(DeliveryStarter deliveries, TimeProvider clock, ILoggerFactory logs)
{
    private const int Attempts = 4;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger = logs.CreateLogger<SubscriptionStarter>();

    /// <returns>Once all are running or known to be refused; those whose broker cannot be reached go on being tried.</returns>
    public async Task StartAsync(AppSidecar app, AppChannel channel, ResourceSet resources, CancellationToken cancellationToken)
    {
        if (channel.Callback is null && Asks(app, AppPlan.ConfigEndpoint))
        {
            await AppQuestions.AskForConfigAsync(app.Plan, channel, cancellationToken);
        }

        if (!app.PubSub.Components.Any())
        {
            return;
        }

        var asked = Asks(app, AppPlan.SubscribeEndpoint) ? await AskAsync(SourceOf(app, channel), app.Plan.AppId, cancellationToken) : [];
        var declared = resources.Subscriptions
            .Where(s => s.Scopes.Count == 0 || s.Scopes.Contains(app.Plan.AppId, StringComparer.Ordinal))
            .Select(s => new AppSubscription(s.PubSubName, s.Topic, s.Routes, s.DeadLetterTopic, s.Metadata, SubscriptionKind.Declarative) { Bulk = s.Bulk });
        app.Subscriptions = Merge(declared, asked);
        foreach (var subscription in app.Subscriptions)
        {
            await StartAsync(app, channel, subscription, cancellationToken);
        }
    }

    private static bool Asks(AppSidecar app, string endpoint) => !app.Plan.UnaskedEndpoints.Contains(endpoint, StringComparer.Ordinal);

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

    private async Task StartAsync(AppSidecar app, AppChannel channel, AppSubscription subscription, CancellationToken cancellationToken)
    {
        if (app.PubSub.Find(subscription.PubSub) is not { } component)
        {
            LogUnknown(app.Plan.AppId, subscription.Topic, subscription.PubSub);
            return;
        }

        IEventSender sender = channel.Callback is { } callback ? new GrpcEventSender(app.Plan, callback) : new HttpEventSender(app.Plan, channel);
        IBulkSender bulk = channel.Callback is { } bulkCallback
            ? new GrpcBulkSender(app.Plan, bulkCallback, channel.OlderCallback!)
            : new HttpBulkSender(app.Plan, channel);
        if (!component.Scopes.MaySubscribe(app.Plan.AppId, subscription.Topic))
        {
            LogRefused(app.Plan.AppId, subscription.Topic, subscription.PubSub);
            return;
        }

        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Watch(KeepTryingAsync());
        await first.Task;

        async Task KeepTryingAsync()
        {
            for (var wait = TimeSpan.FromMilliseconds(500); ; wait = wait * 1.5 < LongestWait ? wait * 1.5 : LongestWait)
            {
                try
                {
                    app.Hold(await deliveries.StartAsync(app, component, subscription, sender, bulk, cancellationToken));
                    LogSubscribed(app.Plan.AppId, subscription.Topic, subscription.PubSub);
                    return;
                }
                catch (BrokerException e)
                {
                    LogNotStarted(app.Plan.AppId, subscription.Topic, subscription.PubSub, e.Message);
                }
                finally
                {
                    first.TrySetResult();
                }

                await Task.Delay(wait, clock, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{AppId} receives topic {Topic} of {PubSub}")]
    private partial void LogSubscribed(string appId, string topic, string pubSub);

    [LoggerMessage(LogLevel.Error, "{AppId} subscribes to topic {Topic} of {PubSub}, which is no component of its own")]
    private partial void LogUnknown(string appId, string topic, string pubSub);

    [LoggerMessage(LogLevel.Error, "{AppId} subscribes to topic {Topic} of {PubSub}, whose scopes do not allow it")]
    private partial void LogRefused(string appId, string topic, string pubSub);

    [LoggerMessage(LogLevel.Warning, "{AppId} does not receive topic {Topic} of {PubSub} yet: {Problem}")]
    private partial void LogNotStarted(string appId, string topic, string pubSub, string problem);

    [LoggerMessage(LogLevel.Warning, "{AppId} did not tell its subscriptions at attempt {Attempt}: {Problem}")]
    private partial void LogUnanswered(string appId, int attempt, string problem);
}
