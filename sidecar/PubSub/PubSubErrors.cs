using Google.Rpc;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>How the publish API words its refusals.</summary>
internal static class PubSubErrors
{
    public static ApiException NameEmpty(string appId) => Rich(
        "ERR_PUBSUB_EMPTY", 404, StatusCode.InvalidArgument, "pubsub name is empty", "DAPR_PUBSUB_NAME_EMPTY", "", appId);

    public static ApiException TopicEmpty(string pubSub, string appId) => Rich(
        "ERR_TOPIC_NAME_EMPTY", 404, StatusCode.InvalidArgument, $"topic is empty in pubsub {pubSub}", "DAPR_PUBSUB_TOPIC_NAME_EMPTY", pubSub, appId);

    public static ApiException NotFound(string pubSub, string appId) => Rich(
        "ERR_PUBSUB_NOT_FOUND", 404, StatusCode.InvalidArgument, $"pubsub {pubSub} is not found", "DAPR_PUBSUB_NOT_FOUND", pubSub, appId);

    public static ApiException Metadata(string pubSub, string appId) => Rich(
        "ERR_PUBSUB_REQUEST_METADATA", 400, StatusCode.InvalidArgument, "failed deserializing metadata", "DAPR_PUBSUB_METADATA_DESERIALIZATION", pubSub, appId);

    public static ApiException NoCloudEvent(string pubSub, string appId, string problem) => Rich(
        "ERR_PUBSUB_CLOUD_EVENTS_SER", 500, StatusCode.InvalidArgument, "cannot create cloudevent", "DAPR_PUBSUB_CLOUD_EVENT_CREATION", pubSub, appId, problem);

    private static ApiException Rich(
        string code, int http, StatusCode grpc, string message, string reason, string pubSub, string appId, string? problem = null)
    {
        var metadata = new Dictionary<string, string> { ["appID"] = appId };
        if (problem is not null)
        {
            metadata["error"] = problem;
        }

        IReadOnlyList<Google.Protobuf.IMessage> details =
            [new ResourceInfo { ResourceType = "pubsub", ResourceName = pubSub }, ApiException.Info(reason, metadata)];
        return new ApiException(code, http, grpc, message) { HttpDetails = details, GrpcDetails = details };
    }
}
