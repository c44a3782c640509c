using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>How the publish API words its refusals.</summary>
internal static class PubSubErrors
{
    public static ApiException NameEmpty() => Rich(
        "ERR_PUBSUB_EMPTY", 404, StatusCode.InvalidArgument, "pubsub name is empty", "DAPR_PUBSUB_NAME_EMPTY", "");

    public static ApiException TopicEmpty(string pubSub) => Rich(
        "ERR_TOPIC_NAME_EMPTY", 404, StatusCode.InvalidArgument, $"topic is empty in pubsub {pubSub}", "DAPR_PUBSUB_TOPIC_NAME_EMPTY", pubSub);

    public static ApiException NotFound(string pubSub)
    {
        IReadOnlyList<IMessage> details = [ApiException.Info("DAPR_PUBSUB_NOT_FOUND")];
        return new ApiException("ERR_PUBSUB_NOT_FOUND", 404, StatusCode.InvalidArgument, $"pubsub {pubSub} is not found")
        {
            HttpDetails = details,
            GrpcDetails = details,
            WritesEmptyMetadata = true,
        };
    }

    public static ApiException Forbidden(string pubSub, string topic, string appId)
    {
        var message = $"topic {topic} is not allowed for app id {appId}";
        return Rich("ERR_PUBSUB_FORBIDDEN", 403, StatusCode.PermissionDenied, message, "DAPR_PUBSUB_FORBIDDEN", pubSub, ("topic", topic), ("error", message));
    }

    public static ApiException RawPayload(string pubSub, string value) => Rich(
        "ERR_PUBSUB_REQUEST_METADATA",
        400,
        StatusCode.InvalidArgument,
        $"failed deserializing metadata. Error: rawPayload value must be a valid boolean: actual is '{value}'",
        "DAPR_PUBSUB_METADATA_DESERIALIZATION",
        pubSub,
        ("rawPayload", value));

    public static ApiException NoCloudEvent(string pubSub, string appId, string problem) => Rich(
        "ERR_PUBSUB_CLOUD_EVENTS_SER",
        500,
        StatusCode.InvalidArgument,
        "cannot create cloudevent",
        "DAPR_PUBSUB_CLOUD_EVENT_CREATION",
        pubSub,
        ("appID", appId),
        ("error", problem));

    public static ApiException NotPublished(string pubSub, string topic, string problem) => Rich(
        "ERR_PUBSUB_PUBLISH_MESSAGE",
        500,
        StatusCode.Internal,
        $"error when publishing to topic {topic} in pubsub {pubSub}: {problem}",
        "DAPR_PUBSUB_PUBLISH_MESSAGE",
        pubSub,
        ("topic", topic),
        ("error", problem));

    public static ApiException Unreadable(string pubSub, string topic, string appId, string problem) => Rich(
        "ERR_PUBSUB_EVENTS_SER",
        400,
        StatusCode.InvalidArgument,
        $"error when unmarshaling the request for topic {topic} pubsub {pubSub}: {problem}",
        "DAPR_PUBSUB_UNMARSHAL_EVENTS",
        pubSub,
        ("appID", appId));

    public static ApiException Mismatch(string pubSub, string topic, string appId, string problem) => Rich(
        "ERR_PUBSUB_EVENTS_SER",
        400,
        StatusCode.InvalidArgument,
        $"error when marshalling cloud event envelope for topic {topic} pubsub {pubSub}: {problem}",
        "DAPR_PUBSUB_MARSHAL_ENVELOPE",
        pubSub,
        ("appID", appId),
        ("error", problem));

    public static ApiException BadEntryId(string pubSub, string topic, string appId)
    {
        const string Problem = "entryId is duplicated or not present for entry";
        return Rich(
            "ERR_PUBSUB_EVENTS_SER",
            400,
            StatusCode.InvalidArgument,
            $"error marshaling events to bytes for topic {topic} pubsub {pubSub}. error: {Problem}",
            "DAPR_PUBSUB_MARSHAL_EVENTS",
            pubSub,
            ("appID", appId),
            ("error", Problem));
    }

    private static ApiException Rich(
        string code, int http, StatusCode grpc, string message, string reason, string pubSub, params ReadOnlySpan<(string Name, string Value)> metadata)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in metadata)
        {
            map[name] = value;
        }

        IReadOnlyList<IMessage> details =
            [new ResourceInfo { ResourceType = "pubsub", ResourceName = pubSub, Description = message }, ApiException.Info(reason, map)];
        return new ApiException(code, http, grpc, message) { HttpDetails = details, GrpcDetails = details };
    }
}
