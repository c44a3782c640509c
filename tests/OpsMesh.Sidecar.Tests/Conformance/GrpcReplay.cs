using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using OpsMesh.Sidecar.Tests.Conformance.Invoking;
using Status = Google.Rpc.Status;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>
/// Makes the recorded calls of the Dapr API over bare HTTP/2, so that it sees which frames came. The recorders wrote answers in two
/// manners: what a client library shows (code, message, details), or that and the headers and trailers as received.
/// </summary>
internal sealed class GrpcReplay(HttpMessageInvoker client, Uri address)
{
    private const string Details = "grpc-status-details-bin";
    private static readonly TypeRegistry DetailTypes = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);
    private static readonly JsonFormatter PlainNames = new(JsonFormatter.Settings.Default.WithTypeRegistry(DetailTypes).WithPreserveProtoFieldNames(true));
    private static readonly ServiceDescriptor Service = DaprReflection.Descriptor.Services.Single(s => s.Name == "Dapr");

    /// <returns>Null when this sidecar's API has no such method: it is called with an empty message then.</returns>
    public static MethodDescriptor? Method(JsonObject step) => Service.FindMethodByName(step["rpc"]!.GetValue<string>().Split('/')[1]);

    public async Task<JsonObject> CallAsync(JsonObject step, CancellationToken cancellationToken)
    {
        var described = Method(step);
        var message = described is null ? []
            : described.Name == "InvokeService" ? InvokeMessages.ToRequest(step["message"]!.AsObject()).ToByteArray()
            : JsonParser.Default.Parse(RecordedBody.Message(step["message"]!.AsObject()), described.InputType).ToByteArray();
        var recorded = step["response"]!.AsObject();
        var showsFrames = recorded.ContainsKey("trailers") || recorded.ContainsKey("trailersOnly");
        var answer = await SendAsync(step, Frame(message), cancellationToken);
        return Written(answer, described, showsFrames, recorded);
    }

    private async Task<Answer> SendAsync(JsonObject step, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, step["rpc"]!.GetValue<string>()))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (name, value) in step["metadata"]?.AsObject() ?? [])
        {
            foreach (var text in value is JsonArray list ? list.Select(v => v!.GetValue<string>()) : [value!.GetValue<string>()])
            {
                // The content has headers of its own: so a second value of a name is sent by itself.
                _ = request.Headers.NonValidated.Contains(name) ? request.Content.Headers.TryAddWithoutValidation(name, text) : request.Headers.TryAddWithoutValidation(name, text);
            }
        }

        using var response = await client.SendAsync(request, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return new Answer((int)response.StatusCode, Headers(response.Headers.NonValidated, response.Content.Headers.NonValidated), bytes, Headers(response.TrailingHeaders.NonValidated));
    }

    private static JsonObject Written(Answer answer, MethodDescriptor? described, bool showsFrames, JsonObject recorded)
    {
        var status = answer.Trailers.Count > 0 ? answer.Trailers : answer.Headers;
        var code = (StatusCode)int.Parse(status.GetValueOrDefault("grpc-status") ?? "2", CultureInfo.InvariantCulture);
        var text = Uri.UnescapeDataString(status.GetValueOrDefault("grpc-message") ?? "");
        var written = new JsonObject { ["code"] = CodeName(code), ["message"] = text };
        var reply = code == StatusCode.OK && answer.Body.Length >= 5 && described is not null ? described.OutputType.Parser.ParseFrom(answer.Body.AsSpan(5).ToArray()) : null;
        if (reply is not null)
        {
            written[showsFrames ? "reply" : "message"] = reply is InvokeResponse invoked ? InvokeMessages.ToJson(invoked) : Recorders(JsonNode.Parse(JsonFormatter.Default.Format(reply))!.AsObject());
        }

        if (status.GetValueOrDefault(Details) is { } details)
        {
            written["details"] = DetailsOf(details);
        }

        var headers = answer.Headers.Where(h => showsFrames || h.Key == "grpc-trace-bin").Where(h => h.Key is not ("date" or "content-length" or Details));
        var names = new JsonObject(headers.Select(h => KeyValuePair.Create<string, JsonNode?>(h.Key, h.Key == "grpc-trace-bin" && !showsFrames ? Convert.ToBase64String(Decode(h.Value)) : h.Value)));
        if (showsFrames)
        {
            names.Insert(0, ":status", answer.HttpStatus);
            Forget(recorded, Details);
            if (names["grpc-status"] is null)
            {
                written["trailers"] = new JsonObject(answer.Trailers.Where(t => t.Key != Details).Select(t => KeyValuePair.Create<string, JsonNode?>(t.Key, t.Value)));
            }
            else
            {
                written["trailersOnly"] = true;
            }
        }

        if (recorded.ContainsKey("headers"))
        {
            written["headers"] = names;
        }

        return recorded.Count <= 2 && !showsFrames ? new JsonObject(written.Where(w => recorded.ContainsKey(w.Key)).Select(w => KeyValuePair.Create(w.Key, w.Value?.DeepClone()))) : written;
    }

    /// <summary>Their formatter knew no <c>json_name</c>: some fields of the metadata have other names there.</summary>
    private static JsonObject Recorders(JsonObject reply)
    {
        foreach (var (name, recorded) in ((string, string)[])[("components", "registeredComponents"), ("extended", "extendedMetadata")])
        {
            if (reply.Remove(name, out var value))
            {
                reply[recorded] = value;
            }
        }

        foreach (var subscription in reply["subscriptions"]?.AsArray() ?? [])
        {
            if (subscription!.AsObject().Remove("pubsubname", out var value))
            {
                subscription["pubsubName"] = value;
            }
        }

        return reply;
    }

    /// <summary>The details are compared decoded: the order of a map's members in the bytes is Go's.</summary>
    private static void Forget(JsonObject recorded, string header)
    {
        recorded["headers"]?.AsObject().Remove(header);
        recorded["trailers"]?.AsObject().Remove(header);
    }

    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[message.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public static JsonArray DetailsOf(string trailer) => new([.. Status.Parser.ParseFrom(Decode(trailer)).Details.Select(ToJson)]);

    private static byte[] Decode(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));

    private static JsonNode? ToJson(Any detail)
    {
        var message = DetailTypes.Find(detail.TypeUrl.Split('/')[1]).Parser.ParseFrom(detail.Value);
        var json = JsonNode.Parse(PlainNames.Format(message))!.AsObject();
        json.Insert(0, "@type", detail.TypeUrl);
        return json;
    }

    private static string CodeName(StatusCode code) => string.Concat(code.ToString().Select((c, i) => i > 0 && char.IsUpper(c) && code != StatusCode.OK ? "_" + c : c.ToString())).ToUpperInvariant();

    private static Dictionary<string, string> Headers(params ReadOnlySpan<HttpHeadersNonValidated> groups)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            foreach (var (name, values) in group)
            {
                all[name.ToLowerInvariant()] = values.ToString();
            }
        }

        return all;
    }

    private sealed record Answer(int HttpStatus, Dictionary<string, string> Headers, byte[] Body, Dictionary<string, string> Trailers);
}
