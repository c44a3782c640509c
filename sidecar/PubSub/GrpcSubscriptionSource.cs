using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Sidecar.Cel;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Rpc;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>ListTopicSubscriptions of an application that speaks gRPC.</summary>
internal sealed partial class GrpcSubscriptionSource(AppPlan app, AppCallback.AppCallbackClient callback, ILogger logger) : ISubscriptionSource
{
    public async Task<IReadOnlyList<AppSubscription>?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await callback.ListTopicSubscriptionsAsync(new Empty(), AppHeaders.Create(app), cancellationToken: cancellationToken);
            return [.. answer.Subscriptions.Select(Read)];
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return [];
        }
        catch (CelException e)
        {
            LogBadList(app.AppId, e.Message);
            return null;
        }
    }

    private static AppSubscription Read(TopicSubscription entry)
    {
        List<TopicRoute> routes = [.. (entry.Routes?.Rules ?? []).Select(r => new TopicRoute(r.Match, r.Path))];
        if (routes.Count == 0 || entry.Routes!.Default.Length > 0)
        {
            // Without routes a gRPC application gets the empty path.
            routes.Add(new TopicRoute("", entry.Routes?.Default ?? ""));
        }

        return new AppSubscription(
            entry.PubsubName, entry.Topic, routes, entry.DeadLetterTopic, entry.Metadata.AsReadOnly(), SubscriptionKind.Programmatic)
        {
            Bulk = entry.BulkSubscribe is { Enabled: true } bulk ? BulkOptions.Create(bulk.MaxMessagesCount, bulk.MaxAwaitDurationMs) : null,
        };
    }

    [LoggerMessage(LogLevel.Error, "The subscriptions of {AppId} cannot be used and are all ignored: {Problem}")]
    private partial void LogBadList(string appId, string problem);
}
