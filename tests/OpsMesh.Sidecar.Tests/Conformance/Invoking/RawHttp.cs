using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>HTTP/1.1 as it was recorded: headers twice, of one hop, or of any verb, which HttpClient would put right.</summary>
internal static class RawHttp
{
    private static readonly string[] WithoutBody = ["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

    /// <param name="leaveAfter">The client goes away then; null: it waits for the whole answer.</param>
    /// <returns>Null when it went away, or the connection ended before an answer.</returns>
    public static async Task<RawAnswer?> SendAsync(int port, JsonObject request, TimeSpan? leaveAfter, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var stream = client.GetStream();
        var verb = request["method"]!.GetValue<string>();
        try
        {
            await stream.WriteAsync(Head(verb, port, request), cancellationToken);
            await WriteBodyAsync(stream, request, cancellationToken);
        }
        catch (IOException)
        {
            // The answer may be there all the same.
        }

        if (leaveAfter is { } limit)
        {
            await Task.Delay(limit, TimeProvider.System, cancellationToken);
            client.Client.Close(0);
            return null;
        }

        return await ReadAsync(stream, verb, cancellationToken);
    }

    private static byte[] Head(string verb, int port, JsonObject request)
    {
        var head = new StringBuilder($"{verb} {request["path"]!.GetValue<string>()} HTTP/1.1\r\n");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in request["headers"]?.AsObject() ?? [])
        {
            names.Add(name);
            foreach (var one in value is JsonArray list ? list.Select(v => v!.GetValue<string>()) : [value!.GetValue<string>()])
            {
                head.Append(CultureInfo.InvariantCulture, $"{name}: {one}\r\n");
            }
        }

        if (!names.Contains("host"))
        {
            head.Append(CultureInfo.InvariantCulture, $"host: 127.0.0.1:{port}\r\n");
        }

        if (!names.Contains("connection"))
        {
            head.Append("connection: close\r\n");
        }

        var body = request["chunks"] is null ? RecordedBody.Of(request) : null;
        if (!names.Contains("content-length") && !names.Contains("transfer-encoding") && (body is not null || !WithoutBody.Contains(verb)))
        {
            head.Append(CultureInfo.InvariantCulture, $"content-length: {body?.Length ?? 0}\r\n");
        }

        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }

    private static async Task WriteBodyAsync(NetworkStream stream, JsonObject request, CancellationToken cancellationToken)
    {
        if (request["chunks"] is not JsonArray chunks)
        {
            await stream.WriteAsync(RecordedBody.Of(request) ?? [], cancellationToken);
            return;
        }

        foreach (var chunk in chunks)
        {
            var bytes = chunk is JsonValue text ? Encoding.UTF8.GetBytes(text.GetValue<string>()) : [.. Enumerable.Repeat((byte)'a', chunk!["size"]?.GetValue<int>() ?? 0)];
            if (bytes.Length > 0)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), cancellationToken);
                await stream.WriteAsync(bytes, cancellationToken);
                await stream.WriteAsync("\r\n"u8.ToArray(), cancellationToken);
            }
        }

        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellationToken);
    }

    private static async Task<RawAnswer?> ReadAsync(NetworkStream stream, string verb, CancellationToken cancellationToken)
    {
        using var reader = new ByteLines(stream);
        var headers = new JsonObject();
        var status = 100;
        while (status == 100)
        {
            if (await reader.LineAsync(cancellationToken) is not { } first || !first.StartsWith("HTTP/1.", StringComparison.Ordinal))
            {
                return null;
            }

            status = int.Parse(first.AsSpan(9, 3), CultureInfo.InvariantCulture);
            headers.Clear();
            while (await reader.LineAsync(cancellationToken) is { Length: > 0 } line)
            {
                var at = line.IndexOf(':', StringComparison.Ordinal);
                Add(headers, line[..at].ToLowerInvariant(), line[(at + 1)..].Trim());
            }
        }

        if (status == 101)
        {
            return new RawAnswer(status, headers, []);
        }

        var hasBody = verb != "HEAD" && status is not (204 or 304);
        return new RawAnswer(status, headers, hasBody ? await BodyAsync(reader, headers, cancellationToken) : []);
    }

    private static async Task<byte[]> BodyAsync(ByteLines reader, JsonObject headers, CancellationToken cancellationToken)
    {
        if (headers["content-length"] is { } length)
        {
            return await reader.BytesAsync(int.Parse(length.GetValue<string>(), CultureInfo.InvariantCulture), cancellationToken);
        }

        if (headers["transfer-encoding"] is null)
        {
            return await reader.RestAsync(cancellationToken);
        }

        using var body = new MemoryStream();
        while (await reader.LineAsync(cancellationToken) is { } size && int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var count)
        {
            await body.WriteAsync(await reader.BytesAsync(count, cancellationToken), cancellationToken);
            await reader.LineAsync(cancellationToken);
        }

        return body.ToArray();
    }

    /// <summary>As Node shows headers: joined, but cookies as a list.</summary>
    private static void Add(JsonObject headers, string name, string value)
    {
        if (name == "set-cookie")
        {
            var list = headers[name] as JsonArray ?? [];
            headers[name] ??= list;
            list.Add(value);
            return;
        }

        headers[name] = headers[name] is { } before ? $"{before.GetValue<string>()}, {value}" : value;
    }
}

internal sealed record RawAnswer(int Status, JsonObject Headers, byte[] Body);
