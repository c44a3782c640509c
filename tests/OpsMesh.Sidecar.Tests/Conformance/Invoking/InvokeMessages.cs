using System.Text.Json.Nodes;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>Messages of InvokeService and OnInvoke as recorded: their Any is shown as the two fields that it has.</summary>
internal static class InvokeMessages
{
    public static InvokeServiceRequest ToRequest(JsonObject json)
    {
        var copy = json.DeepClone().AsObject();
        var data = (copy["message"] as JsonObject)?["data"]?.DeepClone();
        (copy["message"] as JsonObject)?.Remove("data");
        var request = JsonParser.Default.Parse<InvokeServiceRequest>(copy.ToJsonString());
        if (data is not null)
        {
            request.Message.Data = new Any { TypeUrl = data["typeUrl"]?.GetValue<string>() ?? "", Value = ByteString.FromBase64(data["value"]?.GetValue<string>() ?? "") };
        }

        return request;
    }

    public static JsonObject ToJson(InvokeResponse response) => WithData(new InvokeResponse { ContentType = response.ContentType }, response.Data);

    public static JsonObject ToJson(InvokeRequest request)
    {
        var rest = request.Clone();
        rest.Data = null;
        return WithData(rest, request.Data);
    }

    private static JsonObject WithData(IMessage rest, Any? data)
    {
        var json = JsonNode.Parse(JsonFormatter.Default.Format(rest))!.AsObject();
        if (data is not null)
        {
            json["data"] = data.Value.IsEmpty ? [] : new JsonObject { ["value"] = data.Value.ToBase64() };
        }

        return json;
    }
}
