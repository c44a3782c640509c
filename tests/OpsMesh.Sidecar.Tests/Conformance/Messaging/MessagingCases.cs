using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>What the pub/sub recorder wrote in a manner of its own, in that of the others.</summary>
internal static class MessagingCases
{
    // The recorder parsed the body before it wrote it down; this is what it had sent, by the entry in redis.
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["pubsub/publish/http/json-object"] = """{"node":"n1","cpu":0.4,"big":12345678901234567890,"n":null,"f":1.0,"e":1e3}""",
    };

    // An in-memory publish of daprd returns when the event before it was dealt with; here it does not wait.
    private static readonly JsonObject[] AfterPublish = [new() { ["do"] = "wait", ["ms"] = 200.0 }];

    public static RecordedCase Prepare(RecordedCase recorded) => recorded with
    {
        Steps = [.. recorded.Steps.SelectMany(s => recorded.Name.Contains("circuit-breaker-and-dead-letter", StringComparison.Ordinal) ? [Prepare(s, recorded.Name), .. AfterPublish] : (JsonObject[])[Prepare(s, recorded.Name)])],
    };

    private static JsonObject Prepare(JsonObject step, string name)
    {
        var copy = step.DeepClone().AsObject();
        // That of the body as the recorder's client wrote it.
        (copy["request"]?["headers"] as JsonObject)?.Remove("content-length");
        if (copy["do"]!.GetValue<string>() == "http" && Bodies.TryGetValue(name, out var body))
        {
            copy["request"]!["bodyText"] = body;
        }

        if (copy["response"] is JsonObject response && response["headers"] is JsonObject headers && copy["do"]!.GetValue<string>() == "grpc")
        {
            headers.Remove("content-type");
            if (headers["grpc-trace-bin"] is JsonValue trace)
            {
                headers["grpc-trace-bin"] = trace.GetValue<string>().Replace("base64:", "", StringComparison.Ordinal);
            }
        }

        Resize(copy, name);
        LeaveOut(copy);
        if (IsPartOfMetadata(copy))
        {
            copy["do"] = "metadata";
        }

        return copy;
    }

    /// <summary>Of these answers only the members about the application were kept.</summary>
    private static bool IsPartOfMetadata(JsonObject step) => step["do"]!.GetValue<string>() == "http"
        && step["request"]?["path"]?.GetValue<string>() == "/v1.0/metadata"
        && step["response"]?["body"] is JsonObject body && body["id"] is null;

    /// <summary>Big messages were kept as their size.</summary>
    private static void Resize(JsonObject step, string name)
    {
        if (step["message"] is JsonObject message && (message["dataSize"] ?? message["_size"]) is not null)
        {
            var size = message["dataSize"]?.GetValue<int>() ?? int.Parse(name.AsSpan(name.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture);
            step["message"] = new JsonObject { ["pubsubName"] = "mem", ["topic"] = "t", ["data"] = Convert.ToBase64String(new byte[size]), ["dataContentType"] = "text/plain" };
        }

        if (step["request"] is JsonObject request && request["bodySize"] is JsonValue body && request["bodyHead"] is null)
        {
            request["bodyHead"] = name.Contains("bulk", StringComparison.Ordinal) ? "[{\"entryId\":\"1\",\"contentType\":\"text/plain\",\"event\":\"x" : "x";
        }
    }

    /// <summary>Of the components that the recorder's daprd had, those for brokers that this sidecar has not.</summary>
    private static void LeaveOut(JsonObject step)
    {
        var body = step["response"]?["body"] as JsonObject;
        foreach (var list in new[] { body?["components"], body?["subscriptions"] }.OfType<JsonArray>())
        {
            foreach (var other in list.Where(i => i!["type"]!.GetValue<string>() is "pubsub.rabbitmq" or "pubsub.jetstream" || i["pubsubname"]?.GetValue<string>() is "rab" or "js").ToArray())
            {
                list.Remove(other);
            }
        }
    }
}
