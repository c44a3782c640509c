using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using OpsMesh.Sidecar.Tests.Conformance.Invoking;
using OpsMesh.Sidecar.Tests.Echo;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>The application of the proxy recordings on bare HTTP/2: the metadata <c>x-do</c> tells it what to do (recorded/invoke.md).</summary>
internal sealed class ProxyEcho : IAsyncDisposable
{
    private WebApplication? _app;

    public int Port { get; } = TestPorts.Next();

    public static async Task<ProxyEcho> StartAsync(CancellationToken cancellationToken)
    {
        var echo = new ProxyEcho();
        await echo.ResumeAsync(cancellationToken);
        return echo;
    }

    /// <summary>Stops listening.</summary>
    public async Task PauseAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync(new CancellationToken(canceled: true));
            await _app.DisposeAsync();
            _app = null;
        }
    }

    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = null;
            k.Limits.MinRequestBodyDataRate = null;
            k.Limits.MaxRequestHeadersTotalSize = 1 << 20;
            k.Limits.Http2.MaxRequestHeaderFieldSize = 1 << 20;
            k.Listen(IPAddress.Loopback, Port, l => l.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync(cancellationToken);
    }

    public ConcurrentQueue<JsonObject> Calls { get; } = [];

    /// <summary>Those of them that were broken off.</summary>
    public ConcurrentDictionary<JsonObject, bool> Aborted { get; } = [];

    /// <summary>What it says to OnInvoke.</summary>
    public OnInvokeReply Reply { get; set; } = OnInvokeReply.Of("application/json", """{"ok":true}""");

    /// <summary>What it says when it is asked for its health; null: that it has no such method.</summary>
    public int? HealthStatus { get; set; } = 0;

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync(new CancellationToken(canceled: true));
            await _app.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var orders = context.Request.Headers["x-do"] is [{ } text] ? JsonNode.Parse(text)!.AsObject() : [];
        var rpc = context.Request.Path.Value!.TrimStart('/');
        var messages = new JsonArray();
        var call = new JsonObject { ["rpc"] = rpc, ["headers"] = Headers(context.Request.Headers), ["messages"] = messages };
        Calls.Enqueue(call);
        context.RequestAborted.Register(() => Aborted.TryAdd(call, true));
        context.Response.ContentType = "application/grpc";
        if (await MisbehaveAsync(context, messages))
        {
            return;
        }

        if (rpc.StartsWith("dapr.proto.runtime.", StringComparison.Ordinal))
        {
            await AnswerCallbackAsync(context, rpc, messages);
            return;
        }

        if (!rpc.StartsWith("rec.v1.Echo/", StringComparison.Ordinal))
        {
            if (await ReadBytesAsync(context) is { } first)
            {
                messages.Add(first.Length == 0 ? new JsonObject() : JsonNode.Parse(JsonFormatter.Default.Format(Msg.Parser.ParseFrom(first))));
            }

            End(context, new JsonObject { ["msg"] = $"unknown method {rpc}" }, 12);
            return;
        }

        Add(orders["headers"], (name, value) => context.Response.Headers.Append(name, value));
        if (orders["earlyHeaders"] is not null)
        {
            Add(orders["earlyHeaders"], (name, value) => context.Response.Headers.Append(name, value));
            await context.Response.StartAsync(context.RequestAborted);
        }

        if (Number(orders, "rst") is >= 0 and var reset)
        {
            _ = ResetAsync(context, reset, Math.Max(0, Number(orders, "rstAfter")));
        }

        var method = rpc.Split('/')[^1];
        var count = 0;
        while (count != Number(orders, "endAfter") && await ReadAsync(context) is { } message)
        {
            count++;
            lock (messages)
            {
                messages.Add(ProxyClient.Shown(message));
            }

            if (method == "Bidi" && orders["silent"] is null)
            {
                await WriteAsync(context, new Msg { Text = "echo:" + message.Text, N = message.N });
            }
        }

        if (Number(orders, "delay") is > 0 and var delay)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(delay), TimeProvider.System, context.RequestAborted);
        }

        var code = Number(orders, "code");
        if (method == "ServerStream" && orders["noMessage"] is null && (code <= 0 || orders["msgThenError"] is not null || orders["count"] is not null))
        {
            for (var i = 0; i < (orders["count"] is null ? 3 : Number(orders, "count")); i++)
            {
                if (i > 0 && Number(orders, "every") is > 0 and var pause)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(pause), TimeProvider.System, context.RequestAborted);
                }

                await WriteAsync(context, new Msg { Text = $"s{i}", N = i, Data = Data(orders) }, hasZero: i == 0);
            }
        }
        else if (method is "Unary" or "ClientStream" && orders["noMessage"] is null && (code <= 0 || orders["msgThenError"] is not null))
        {
            await WriteAsync(context, new Msg { Text = $"{method}:{count}", N = count, Data = Data(orders) });
        }

        if (orders["trailersOnly"] is null)
        {
            await context.Response.StartAsync(context.RequestAborted);
        }

        End(context, orders, Math.Max(0, code));
    }

    private static void End(HttpContext context, JsonObject orders, int code)
    {
        var status = code.ToString(CultureInfo.InvariantCulture);
        var message = orders["msg"]?.GetValue<string>() ?? "";
        if (context.Response.HasStarted)
        {
            context.Response.AppendTrailer("grpc-status", status);
            context.Response.AppendTrailer("grpc-message", Percent(message));
            Add(orders["trailers"], (name, value) => context.Response.AppendTrailer(name, value));
        }
        else
        {
            context.Response.Headers["grpc-status"] = status;
            context.Response.Headers["grpc-message"] = Percent(message);
            Add(orders["trailers"], (name, value) => context.Response.Headers.Append(name, value));
        }
    }

    /// <summary>As gRPC escapes a message: printable ASCII but the percent sign stays.</summary>
    private static string Percent(string message) => string.Concat(System.Text.Encoding.UTF8.GetBytes(message).Select(b => b is >= 0x20 and <= 0x7E and not (byte)'%' ? ((char)b).ToString() : $"%{b:X2}"));

    private static void Add(JsonNode? map, Action<string, string> add)
    {
        foreach (var (name, value) in map as JsonObject ?? [])
        {
            foreach (var one in value is JsonArray list ? list.Select(v => v!.ToString()) : [value!.ToString()])
            {
                add(name, one);
            }
        }
    }

    private static int Number(JsonObject orders, string name) => orders[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : -1;

    private async Task AnswerCallbackAsync(HttpContext context, string rpc, JsonArray messages)
    {
        var bytes = await ReadBytesAsync(context) ?? [];
        switch (rpc.Split('/')[^1])
        {
            case "OnInvoke":
                messages.Add(InvokeMessages.ToJson(InvokeRequest.Parser.ParseFrom(bytes)));
                await ReplyAsync(context, Reply);
                break;
            case "HealthCheck":
                messages.Add(new JsonObject { ["base64"] = Convert.ToBase64String(bytes) });
                await context.Response.StartAsync(context.RequestAborted);
                if (HealthStatus == 0)
                {
                    await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
                }

                End(context, new JsonObject { ["msg"] = HealthStatus is null ? "unimplemented" : "" }, HealthStatus ?? 12);
                break;
            default:
                messages.Add(new JsonObject { ["base64"] = Convert.ToBase64String(bytes) });
                await context.Response.StartAsync(context.RequestAborted);
                End(context, new JsonObject { ["msg"] = "unimplemented" }, 12);
                break;
        }
    }

    private static async Task ReplyAsync(HttpContext context, OnInvokeReply reply)
    {
        await Task.Delay(reply.Delay, TimeProvider.System, context.RequestAborted);
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers.Append(name, value);
        }

        if (reply.Code == Grpc.Core.StatusCode.OK)
        {
            var bytes = reply.Response.ToByteArray();
            var frame = new byte[bytes.Length + 5];
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes.Length);
            bytes.CopyTo(frame, 5);
            await context.Response.Body.WriteAsync(frame, context.RequestAborted);
        }

        await context.Response.StartAsync(context.RequestAborted);
        var trailers = new JsonObject(reply.Trailers.Select(t => KeyValuePair.Create<string, JsonNode?>(t.Name, t.Value)));
        if (reply.Details is { } details)
        {
            trailers["grpc-status-details-bin"] = Convert.ToBase64String(details.ToByteArray()).TrimEnd('=');
        }

        End(context, new JsonObject { ["msg"] = reply.Message, ["trailers"] = trailers }, (int)reply.Code);
    }

    private static async Task<Msg?> ReadAsync(HttpContext context) => await ReadBytesAsync(context) is { } bytes ? Msg.Parser.ParseFrom(bytes) : null;

    /// <returns>Null at the end of the stream.</returns>
    private static async Task<byte[]?> ReadBytesAsync(HttpContext context)
    {
        var head = new byte[5];
        var got = await context.Request.Body.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false, context.RequestAborted);
        if (got < 5)
        {
            return null;
        }

        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
        return body;
    }

    /// <summary>By the id that it is called under: an application that is none, or answers compressed.</summary>
    private static async Task<bool> MisbehaveAsync(HttpContext context, JsonArray messages)
    {
        var name = context.Request.Headers["dapr-callee-app-id"] is [.., { } id] ? id : "";
        switch (name)
        {
            case "badapp":
                (context.Response.StatusCode, context.Response.ContentType) = (500, "text/plain");
                await context.Response.WriteAsync("boom", context.RequestAborted);
                return true;
            case "badapp2":
                await WriteAsync(context, new Msg { Text = "x" });
                return true;
            case "zip":
                messages.Add(ProxyClient.Shown((await ReadAsync(context))!));
                context.Response.Headers["grpc-encoding"] = "gzip";
                await context.Response.Body.WriteAsync(ProxyClient.Compressed(new Msg { Text = "zipped" }), context.RequestAborted);
                End(context, [], 0);
                return true;
            case ['r', 's', 't', .. var code]:
                context.Features.Get<IHttpResetFeature>()!.Reset(int.Parse(code, CultureInfo.InvariantCulture));
                return true;
            default:
                return false;
        }
    }

    private static async Task ResetAsync(HttpContext context, int code, int after)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(after), TimeProvider.System);
        context.Features.Get<IHttpResetFeature>()!.Reset(code);
    }

    private static ByteString Data(JsonObject orders) => Number(orders, "size") is > 0 and var size ? ByteString.CopyFrom(new byte[size]) : ByteString.Empty;

    /// <param name="hasZero">The recorder's application wrote a number of 0, too.</param>
    private static async Task WriteAsync(HttpContext context, Msg message, bool hasZero = false)
    {
        await context.Response.Body.WriteAsync(ProxyClient.Frame(message, hasZero), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static JsonObject Headers(IHeaderDictionary headers)
    {
        var map = new JsonObject();
        foreach (var (name, values) in headers)
        {
            map[name.ToLowerInvariant()] = string.Join(", ", values.ToArray());
        }

        return map;
    }
}
