using System.Text.Json;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using OpsMesh.Sidecar.Json;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>A CloudEvent as the message that a gRPC application gets.</summary>
internal static class TopicEvents
{
    private static readonly HashSet<string> Fields = new(StringComparer.Ordinal)
    {
        "id", "source", "type", "specversion", "datacontenttype", "data", "data_base64",
    };

    /// <returns>Null when the data do not fit their content type; such an event is never delivered.</returns>
    public static TopicEventRequest? ToRequest(ReceivedEvent received, AppSubscription subscription, string path)
    {
        if (DataOf(received) is not { } data)
        {
            return null;
        }

        var request = new TopicEventRequest
        {
            Id = received.Text("id") ?? "",
            Source = received.Text("source") ?? "",
            Type = received.Text("type") ?? "",
            SpecVersion = received.Text("specversion") ?? "",
            DataContentType = received.Text("datacontenttype") ?? "",
            Data = data,
            Topic = subscription.Topic,
            PubsubName = subscription.PubSub,
            Path = path,
            Extensions = new Struct(),
        };
        foreach (var member in received.Members.EnumerateObject().Where(m => !Fields.Contains(m.Name)))
        {
            request.Extensions.Fields[member.Name] = ToValue(member.Value);
        }

        return request;
    }

    private static ByteString? DataOf(ReceivedEvent received)
    {
        if (received.Members.TryGetProperty("data_base64", out var base64))
        {
            return base64.ValueKind == JsonValueKind.String && base64.TryGetBytesFromBase64(out var bytes) ? ByteString.CopyFrom(bytes) : null;
        }

        if (!received.Members.TryGetProperty("data", out var data) || data.ValueKind == JsonValueKind.Null)
        {
            return ByteString.Empty;
        }

        var mediaType = CloudEventEnvelope.MediaType(received.Text("datacontenttype") ?? "");
        if (mediaType == "application/json")
        {
            return ByteString.CopyFrom(GoJson.Rewrite(data));
        }

        if (mediaType.StartsWith("text/", StringComparison.Ordinal) || mediaType == "application/xml")
        {
            return data.ValueKind == JsonValueKind.String ? ByteString.CopyFromUtf8(data.GetString()!) : null;
        }

        return ByteString.Empty;
    }

    private static Value ToValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => Value.ForString(element.GetString()!),
        JsonValueKind.Number => Value.ForNumber(element.GetDouble()),
        JsonValueKind.True => Value.ForBool(true),
        JsonValueKind.False => Value.ForBool(false),
        JsonValueKind.Array => Value.ForList([.. element.EnumerateArray().Select(ToValue)]),
        JsonValueKind.Object => Value.ForStruct(ToStruct(element)),
        _ => Value.ForNull(),
    };

    private static Struct ToStruct(JsonElement element)
    {
        var result = new Struct();
        foreach (var member in element.EnumerateObject())
        {
            result.Fields[member.Name] = ToValue(member.Value);
        }

        return result;
    }
}
