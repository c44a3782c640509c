using System.Text.Json.Nodes;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Makes the recorded gRPC calls, messages as proto3 JSON.</summary>
internal sealed class GrpcReplay(CallInvoker invoker)
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(b => b, b => b);
    private static readonly TypeRegistry Details = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Details).WithPreserveProtoFieldNames(true));
    private static readonly ServiceDescriptor Service = DaprReflection.Descriptor.Services.Single(s => s.Name == "Dapr");

    public async Task<JsonObject> CallAsync(JsonObject step, CancellationToken cancellationToken)
    {
        var name = step["rpc"]!.GetValue<string>().Split('/')[1];
        var described = Service.FindMethodByName(name);
        var request = JsonParser.Default.Parse(step["message"]!.ToJsonString(), described.InputType);
        var method = new Method<byte[], byte[]>(MethodType.Unary, Service.FullName, name, Bytes, Bytes);
        var metadata = new Metadata();
        foreach (var (key, value) in step["metadata"]!.AsObject())
        {
            metadata.Add(key, value!.GetValue<string>());
        }

        using var call = invoker.AsyncUnaryCall(method, host: null, new CallOptions(metadata, cancellationToken: cancellationToken), request.ToByteArray());
        var answer = new JsonObject();
        try
        {
            var message = described.OutputType.Parser.ParseFrom(await call.ResponseAsync);
            answer["code"] = "OK";
            answer["message"] = JsonNode.Parse(JsonFormatter.Default.Format(message));
        }
        catch (RpcException e)
        {
            answer["code"] = CodeName(e.StatusCode);
            answer["message"] = e.Status.Detail;
            if (e.Trailers.GetValueBytes("grpc-status-details-bin") is { } bytes)
            {
                answer["details"] = new JsonArray([.. Status.Parser.ParseFrom(bytes).Details.Select(ToJson)]);
            }
        }

        var headers = await call.ResponseHeadersAsync;
        answer["headers"] = new JsonObject(headers.Where(h => h.Key == "grpc-trace-bin")
            .Select(h => KeyValuePair.Create<string, JsonNode?>(h.Key, Convert.ToBase64String(h.ValueBytes))));
        return answer;
    }

    private static JsonNode? ToJson(Any detail)
    {
        var message = Details.Find(detail.TypeUrl.Split('/')[1]).Parser.ParseFrom(detail.Value);
        var json = JsonNode.Parse(Formatter.Format(message))!.AsObject();
        json.Insert(0, "@type", detail.TypeUrl);
        return json;
    }

    private static string CodeName(StatusCode code) => string.Concat(code.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : c.ToString())).ToUpperInvariant();
}
