using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace OpsMesh.Bench.Subjects.Eventing;

internal sealed class EventReceiver(DeliveredEvents delivered) : AppCallback.AppCallbackBase
{
    public const string Pubsub = "pubsub";
    public const string Topic = "bench";

    public override Task<ListTopicSubscriptionsResponse> ListTopicSubscriptions(Empty request, ServerCallContext context) =>
        Task.FromResult(new ListTopicSubscriptionsResponse { Subscriptions = { new TopicSubscription { PubsubName = Pubsub, Topic = Topic } } });

    public override Task<TopicEventResponse> OnTopicEvent(TopicEventRequest request, ServerCallContext context)
    {
        delivered.Delivered();
        return Task.FromResult(new TopicEventResponse());
    }
}
