using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Google.Protobuf;
using OpsMesh.Sidecar.Tests.Echo;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Makes a recorded call of <c>rec.v1.Echo</c> over bare HTTP/2 and tells which frames came.</summary>
internal sealed class ProxyClient(HttpMessageInvoker client, Uri address)
{
    private static readonly string[] NotCompared = ["date", "content-length", "grpc-accept-encoding", "grpc-status-details-bin"];

    public static byte[] Frame(Msg message)
    {
        var bytes = message.ToByteArray();
        var frame = new byte[bytes.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes.Length);
        bytes.CopyTo(frame, 5);
        return frame;
    }

    public async Task<JsonObject> CallAsync(JsonObject step, CancellationToken cancellationToken)
    {
        var script = step["clientScript"]?.AsArray() ?? new JsonArray(new JsonObject { ["send"] = step["message"]?.DeepClone() ?? new JsonObject { ["text"] = "hi", ["n"] = 1 } }, new JsonObject { ["end"] = true });
        var received = Channel.CreateBounded<int>(1_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/" + step["rpc"]!.GetValue<string>()))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ScriptContent(script, received.Reader),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", step["metadata"]?["content-type"]?.GetValue<string>() ?? "application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (name, value) in (step["metadata"]?.AsObject() ?? []).Where(m => m.Key != "content-type"))
        {
            foreach (var one in value is JsonArray list ? list.Select(v => v!.GetValue<string>()) : [value!.GetValue<string>()])
            {
                request.Headers.TryAddWithoutValidation(name, one);
            }
        }

        using var response = await client.SendAsync(request, cancellationToken);
        var messages = new JsonArray();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var head = new byte[5];
        while (await body.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false, cancellationToken) == 5)
        {
            var message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
            await body.ReadExactlyAsync(message, cancellationToken);
            messages.Add(JsonNode.Parse(JsonFormatter.Default.Format(Msg.Parser.ParseFrom(message))));
            await received.Writer.WriteAsync(messages.Count, cancellationToken);
        }

        return Written(response, messages);
    }

    private static JsonObject Written(HttpResponseMessage response, JsonArray messages)
    {
        var headers = Map(response.Headers.NonValidated, response.Content.Headers.NonValidated);
        headers[":status"] = (int)response.StatusCode;
        var trailers = Map(response.TrailingHeaders.NonValidated);
        var status = trailers.ContainsKey("grpc-status") ? trailers : headers;
        var code = int.Parse(status["grpc-status"]?.GetValue<string>() ?? "2", CultureInfo.InvariantCulture);
        var written = new JsonObject
        {
            ["code"] = string.Concat(((Grpc.Core.StatusCode)code).ToString().Select((c, i) => i > 0 && char.IsUpper(c) && code != 0 ? "_" + c : c.ToString())).ToUpperInvariant(),
            ["message"] = Uri.UnescapeDataString(status["grpc-message"]?.GetValue<string>() ?? ""),
            ["headers"] = headers,
            ["messages"] = messages,
        };
        if (trailers.Count > 0)
        {
            written["trailers"] = trailers;
        }
        else
        {
            written["trailersOnly"] = true;
        }

        return written;
    }

    private static JsonObject Map(params ReadOnlySpan<HttpHeadersNonValidated> groups)
    {
        var map = new JsonObject();
        foreach (var group in groups)
        {
            foreach (var (name, values) in group)
            {
                if (!NotCompared.Contains(name.ToLowerInvariant()))
                {
                    map[name.ToLowerInvariant()] = string.Join(", ", values.ToArray());
                }
            }
        }

        return map;
    }

    /// <summary>Sends what the script says, at the pace of what comes back.</summary>
    private sealed class ScriptContent(JsonArray script, ChannelReader<int> received) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.FlushAsync(cancellationToken);
            foreach (var turn in script.Select(t => t!.AsObject()))
            {
                if (turn["send"] is { } message)
                {
                    var isEmpty = message is not JsonObject;
                    await stream.WriteAsync(Frame(isEmpty ? new Msg() : JsonParser.Default.Parse<Msg>(message.ToJsonString())), cancellationToken);
                    await stream.FlushAsync(cancellationToken);
                }
                else if (turn["waitMsgs"] is { } count)
                {
                    while (await received.ReadAsync(cancellationToken) < count.GetValue<int>())
                    {
                    }
                }
                else if (turn["wait"] is { } pause)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(pause.GetValue<int>()), TimeProvider.System, cancellationToken);
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
