using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Applications that subscribe to a few topics and are content with every event.</summary>
internal static class AppLists
{
    public static Func<AppCall, AppReply> Http(params (string PubSub, string Topic, string Path, bool IsRaw)[] topics)
    {
        var list = new JsonArray([.. topics.Select(t => Entry("pubsubname", t))]).ToJsonString();
        return call => call.Path switch
        {
            "/dapr/subscribe" => new AppReply { Body = list, ContentType = "application/json" },
            "/dapr/config" => new AppReply { Status = 404 },
            _ => AppReply.Ok,
        };
    }

    public static Func<AppCall, AppReply> Grpc(params (string PubSub, string Topic, string Path, bool IsRaw)[] topics)
    {
        var list = new JsonObject { ["subscriptions"] = new JsonArray([.. topics.Select(t => Entry("pubsubName", t))]) }.ToJsonString();
        return call => call.Path == "ListTopicSubscriptions" ? new AppReply { Body = list } : AppReply.Ok;
    }

    private static JsonObject Entry(string name, (string PubSub, string Topic, string Path, bool IsRaw) topic)
    {
        var entry = new JsonObject { [name] = topic.PubSub, ["topic"] = topic.Topic, ["routes"] = new JsonObject { ["default"] = topic.Path } };
        if (topic.IsRaw)
        {
            entry["metadata"] = new JsonObject { ["rawPayload"] = "true" };
        }

        return entry;
    }
}
