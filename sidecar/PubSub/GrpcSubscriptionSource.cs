using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
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
        catch (NotSupportedException e)
        {
            LogBadList(app.AppId, e.Message);
            return null;
        }
    }

    private static AppSubscription Read(TopicSubscription entry)
    {
        if (entry.Routes is { Rules: { Count: > 0 } rules } && rules.Any(r => r.Match.Length > 0))
        {
            throw new NotSupportedException("rules with a match are not supported by this sidecar yet");
        }

        // Without routes a gRPC application gets the empty path.
        return new AppSubscription(
            entry.PubsubName, entry.Topic, [("", entry.Routes?.Default ?? "")], entry.DeadLetterTopic, entry.Metadata.AsReadOnly(), IsDeclarative: false);
    }

    [LoggerMessage(LogLevel.Error, "The subscriptions of {AppId} cannot be used and are all ignored: {Problem}")]
    private partial void LogBadList(string appId, string problem);
}
