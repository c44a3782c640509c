using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>An application of a set-up: keeps what it got and answers as it is told. Over gRPC it serves AppCallback on bare HTTP/2.</summary>
internal sealed class RecordingApp : IAsyncDisposable
{
    private static readonly HashSet<string> NotKept = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent", "te", "grpc-accept-encoding", "grpc-timeout", "grpc-encoding",
    };

    private static readonly IReadOnlyList<ServiceDescriptor> Services = AppcallbackReflection.Descriptor.Services.ToArray();

    private readonly WebApplication _app;
    private readonly Func<AppCall, AppReply> _answer;
    private readonly bool _isGrpc;
    private int _atOnce;
    private int _mostAtOnce;
    private int _finished;

    private RecordingApp(int port, bool isGrpc, Func<AppCall, AppReply> answer)
    {
        Port = port;
        (_isGrpc, _answer) = (isGrpc, answer);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = null;
            k.Listen(IPAddress.Loopback, port, l => l.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public int Port { get; }

    public ConcurrentQueue<AppCall> Calls { get; } = [];

    /// <summary>Calls that were answered.</summary>
    public int Finished => _finished;

    public string Protocol => _isGrpc ? "grpc" : "http";

    public static async Task<RecordingApp> StartAsync(bool isGrpc, Func<AppCall, AppReply> answer, CancellationToken cancellationToken)
    {
        var app = Create(isGrpc, answer);
        await app.ListenAsync(cancellationToken);
        return app;
    }

    /// <summary>One that does not listen on its port yet.</summary>
    /// <param name="port">Null: one of its own.</param>
    public static RecordingApp Create(bool isGrpc, Func<AppCall, AppReply> answer, int? port = null) => new(port ?? TestPorts.Next(), isGrpc, answer);

    public Task ListenAsync(CancellationToken cancellationToken) => _app.StartAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    /// <summary>How many calls were in hand at the busiest time since it was asked last.</summary>
    public int MostAtOnce() => Interlocked.Exchange(ref _mostAtOnce, 0);

    private async Task AnswerAsync(HttpContext context)
    {
        var now = Interlocked.Increment(ref _atOnce);
        for (var most = _mostAtOnce; now > most; most = _mostAtOnce)
        {
            Interlocked.CompareExchange(ref _mostAtOnce, now, most);
        }

        try
        {
            await (_isGrpc ? GrpcAsync(context) : HttpAsync(context));
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
            Interlocked.Increment(ref _finished);
        }
    }

    private async Task HttpAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var request = new JsonObject { ["method"] = context.Request.Method, ["path"] = target, ["headers"] = Headers(context) };
        JsonNode? json = null;
        if (body.Length > 0)
        {
            json = Parse(body);
            request[json is null ? "bodyText" : "body"] = json?.DeepClone() ?? Encoding.UTF8.GetString(body);
        }

        var call = new AppCall(target, request, EventIds(json), TimeProvider.System.GetTimestamp());
        Calls.Enqueue(call);
        var reply = _answer(call);
        if (reply.Delay > TimeSpan.Zero)
        {
            await Task.Delay(reply.Delay, TimeProvider.System, context.RequestAborted);
        }

        if (reply.CutsConnection)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = reply.Status;
        if (reply.Location is not null)
        {
            context.Response.Headers.Location = reply.Location;
        }

        if (reply.Body is not null)
        {
            context.Response.ContentType = reply.ContentType;
            await context.Response.WriteAsync(reply.Body, context.RequestAborted);
        }
    }

    private async Task GrpcAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.TrimStart('/').Split('/');
        var method = Services.FirstOrDefault(s => s.FullName == parts[0])?.FindMethodByName(parts[1]);
        var body = await ReadAsync(context);
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-accept-encoding"] = "identity";
        if (method is null)
        {
            context.Response.Headers["grpc-status"] = "12";
            return;
        }

        var message = method.InputType.Parser.ParseFrom(body.AsSpan(5).ToArray());
        var json = JsonNode.Parse(JsonFormatter.Default.Format(message))!;
        var request = new JsonObject { ["rpc"] = string.Join('/', parts), ["metadata"] = Headers(context), ["message"] = json.DeepClone() };
        var path = json["path"]?.GetValue<string>() ?? (method.Name.StartsWith("List", StringComparison.Ordinal) ? method.Name : "");
        var call = new AppCall(path, request, EventIds(json), TimeProvider.System.GetTimestamp());
        Calls.Enqueue(call);
        var reply = _answer(call);
        if (reply.Delay > TimeSpan.Zero)
        {
            await Task.Delay(reply.Delay, TimeProvider.System, context.RequestAborted);
        }

        if (reply.Code is { } code)
        {
            context.Response.Headers["grpc-status"] = ((int)Enum.Parse<StatusCode>(code.Replace("_", "", StringComparison.Ordinal), ignoreCase: true)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            context.Response.Headers["grpc-message"] = Uri.EscapeDataString(reply.Message ?? "");
            return;
        }

        var answer = JsonParser.Default.Parse(reply.Body ?? "{}", method.OutputType).ToByteArray();
        var frame = new byte[answer.Length + 5];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), answer.Length);
        answer.CopyTo(frame, 5);
        await context.Response.Body.WriteAsync(frame, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }

    private static JsonObject Headers(HttpContext context)
    {
        var headers = new JsonObject();
        foreach (var (name, values) in context.Request.Headers.Where(h => h.Key[0] != ':' && !NotKept.Contains(h.Key)))
        {
            var text = values.ToString();
            if (name.Equals("content-type", StringComparison.OrdinalIgnoreCase) && text.StartsWith("application/grpc", StringComparison.Ordinal))
            {
                continue;
            }

            headers[name.ToLowerInvariant()] = name == "grpc-trace-bin" ? "base64:" + text.PadRight((text.Length + 3) / 4 * 4, '=') : text;
        }

        return headers;
    }

    private static JsonNode? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string[] EventIds(JsonNode? body)
    {
        if (body is JsonObject { } bulk && bulk["entries"] is JsonArray entries)
        {
            return [.. entries.Select(e => Text((e!["event"] ?? e["cloudEvent"]) is JsonObject single ? single["id"] : null) ?? "bytes")];
        }

        return body is JsonObject one && Text(one["id"]) is { } id ? [id] : [];
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
