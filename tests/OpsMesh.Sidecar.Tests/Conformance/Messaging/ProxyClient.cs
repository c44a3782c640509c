using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Google.Protobuf;
using OpsMesh.Sidecar.Tests.Echo;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Makes a recorded call of <c>rec.v1.Echo</c> over bare HTTP/2 and tells which frames came.</summary>
internal sealed class ProxyClient(HttpMessageInvoker client, Uri address)
{
    private static readonly string[] NotCompared = ["date", "content-length", "grpc-accept-encoding", "grpc-status-details-bin"];

    /// <param name="hasZero">With a number of 0, which is not on the wire otherwise.</param>
    public static byte[] Frame(Msg message, bool hasZero = false) => Framed(hasZero ? [.. message.ToByteArray(), 0x10, 0] : message.ToByteArray(), isCompressed: false);

    public static byte[] Compressed(Msg message)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionMode.Compress, leaveOpen: true))
        {
            message.WriteTo(gzip);
        }

        return Framed(bytes.ToArray(), isCompressed: true);
    }

    public static byte[] Framed(byte[] bytes, bool isCompressed)
    {
        var frame = new byte[bytes.Length + 5];
        frame[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes.Length);
        bytes.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>As the recorder showed it: of much data only the size.</summary>
    public static JsonNode Shown(Msg message)
    {
        var json = JsonNode.Parse(JsonFormatter.Default.Format(message))!;
        if (message.Data.Length > 1_000)
        {
            json["data"] = $"<{message.Data.Length} bytes>";
        }

        return json;
    }

    public async Task<JsonObject> CallAsync(JsonObject step, CancellationToken cancellationToken)
    {
        var turns = step["clientScript"]?.AsArray() ?? new JsonArray(new JsonObject { ["send"] = step["message"]?.DeepClone() ?? new JsonObject { ["text"] = "hi", ["n"] = 1 } }, new JsonObject { ["end"] = true });
        using var script = new ProxyScript(turns, step);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(script.Left, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/" + step["rpc"]!.GetValue<string>()))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = script,
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", step["metadata"]?["content-type"]?.GetValue<string>() ?? "application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        AddMetadata(request, step["metadata"]?.AsObject() ?? []);
        var messages = new JsonArray();
        HttpResponseMessage? response = null;
        try
        {
            response = await client.SendAsync(request, either.Token);
            script.SeeHeaders();
            await ReadAsync(response, messages, script, either.Token);
            return Written(response, messages);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // Reset, by the one side or the other: there is no status.
            var written = new JsonObject { ["messages"] = messages };
            if (response is not null)
            {
                written["headers"] = HeadersOf(response);
            }

            return written;
        }
        finally
        {
            response?.Dispose();
        }
    }

    private static void AddMetadata(HttpRequestMessage request, JsonObject metadata)
    {
        foreach (var (name, value) in metadata.Where(m => m.Key != "content-type"))
        {
            foreach (var one in value is JsonArray list ? list.Select(v => v!.GetValue<string>()) : [value!.GetValue<string>()])
            {
                // The content has headers of its own: so a second value of a name is sent by itself.
                if (request.Headers.NonValidated.Contains(name))
                {
                    request.Content!.Headers.TryAddWithoutValidation(name, one);
                }
                else
                {
                    request.Headers.TryAddWithoutValidation(name, one);
                }
            }
        }
    }

    private static async Task ReadAsync(HttpResponseMessage response, JsonArray messages, ProxyScript script, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var head = new byte[5];
        while (await body.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false, cancellationToken) == 5)
        {
            var message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
            await body.ReadExactlyAsync(message, cancellationToken);
            messages.Add(head[0] == 0 ? Decoded(message) : new JsonObject { ["undecodableBase64"] = Convert.ToBase64String(message) });
            script.SeeMessages(messages.Count);
        }
    }

    private static JsonNode Decoded(byte[] message)
    {
        try
        {
            // Another message may look like this one with fields that it does not know.
            var known = Msg.Parser.WithDiscardUnknownFields(true).ParseFrom(message);
            return message.Length - known.CalculateSize() is 0 or 2 ? Shown(known) : new JsonObject { ["undecodableBase64"] = Convert.ToBase64String(message) };
        }
        catch (InvalidProtocolBufferException)
        {
            return new JsonObject { ["undecodableBase64"] = Convert.ToBase64String(message) };
        }
    }

    private static JsonObject Written(HttpResponseMessage response, JsonArray messages)
    {
        var headers = HeadersOf(response);
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

        var fields = trailers.Count > 0 ? response.TrailingHeaders.NonValidated : response.Headers.NonValidated;
        if (fields.TryGetValues("grpc-status-details-bin", out var details))
        {
            written["details"] = GrpcReplay.DetailsOf(details.ToString());
        }

        return written;
    }

    private static JsonObject HeadersOf(HttpResponseMessage response)
    {
        var headers = Map(response.Headers.NonValidated, response.Content.Headers.NonValidated);
        headers[":status"] = (int)response.StatusCode;
        return headers;
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
}
