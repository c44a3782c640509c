using Dapr.AppCallback.Autogen.Grpc.v1;
using Grpc.Core;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Calls OnTopicEvent of an application that speaks gRPC.</summary>
internal sealed class GrpcEventSender(AppPlan app, AppCallback.AppCallbackClient callback) : IEventSender
{
    public async Task<DeliveryResult> SendAsync(
        ReceivedEvent received, AppSubscription subscription, string path, string? traceParent, CancellationToken cancellationToken)
    {
        if (TopicEvents.ToRequest(received, subscription, path) is not { } request)
        {
            return DeliveryResult.Failed;
        }

        var headers = AppHeaders.Create(app);
        headers.Add("pubsubname", subscription.PubSub);
        foreach (var (name, value) in received.Message.Metadata.Where(m => AppHeaders.IsSendable(m.Key, m.Value)))
        {
            headers.Add(name.ToLowerInvariant(), value);
        }

        if (traceParent is not null)
        {
            headers.Add("traceparent", traceParent);
            headers.Add(BinaryContext.Header, BinaryContext.FromTraceParent(traceParent));
        }

        try
        {
            var answer = await callback.OnTopicEventAsync(request, headers, cancellationToken: cancellationToken);
            return answer.Status switch
            {
                TopicEventResponse.Types.TopicEventResponseStatus.Success => DeliveryResult.Handled,
                TopicEventResponse.Types.TopicEventResponseStatus.Drop => DeliveryResult.Dropped,
                _ => DeliveryResult.Failed,
            };
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return DeliveryResult.Handled;
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return DeliveryResult.Failed with { GrpcStatus = (int)e.StatusCode };
        }
    }
}
