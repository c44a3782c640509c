using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>The application of the invocation recordings over HTTP: its path tells it what to do (recorded/invoke.md).</summary>
internal sealed class InvokedApp : IAsyncDisposable
{
    private const string Gzipped = "H4sIAAAAAAAAA0vOzy0oSi0uTk1RKEmtKAEAwhjY2A8AAAA=";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Channel<JsonObject> _seen = Channel.CreateBounded<JsonObject>(10_000);
    private readonly HttpProtocols _protocol;
    private WebApplication? _app;

    private InvokedApp(HttpProtocols protocol) => _protocol = protocol;

    public int Port { get; } = TestPorts.Next();

    /// <summary>The status of its health, and how long that takes; a question for it is seen like any other.</summary>
    public (int Status, TimeSpan Delay) Health { get; set; } = (200, TimeSpan.Zero);

    public static async Task<InvokedApp> StartAsync(CancellationToken cancellationToken, HttpProtocols protocol = HttpProtocols.Http1)
    {
        var app = new InvokedApp(protocol);
        await app.ResumeAsync(cancellationToken);
        return app;
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
            k.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            k.Limits.MaxRequestBodySize = null;
            k.ListenLocalhost(Port, l => l.Protocols = _protocol);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync(cancellationToken);
    }

    /// <summary>The next request that it saw; null when none came in time.</summary>
    public async Task<JsonObject?> NextAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            // Cancelled, not left alone: it would take the next one.
            return await _seen.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>How many requests it saw that nobody asked for.</returns>
    public int Forget()
    {
        var count = 0;
        while (_seen.Reader.TryRead(out _))
        {
            count++;
        }

        return count;
    }

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
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var seen = new JsonObject { ["method"] = context.Request.Method, ["path"] = target, ["headers"] = Headers(context) };
        if (context.Request.Protocol == "HTTP/2")
        {
            seen["httpVersion"] = "2.0";
        }

        var path = target.Split('?')[0];
        if (path.StartsWith("/slow/", StringComparison.Ordinal))
        {
            // It is seen before it is answered.
            _seen.Writer.TryWrite(seen);
        }

        var body = Array.Empty<byte>();
        try
        {
            body = await ReadAsync(context);
            AddBody(seen, body);
        }
        finally
        {
            if (!path.StartsWith("/slow/", StringComparison.Ordinal))
            {
                _seen.Writer.TryWrite(seen);
            }
        }

        await AnswerAsync(context, path, target, body);
    }

    private async Task AnswerAsync(HttpContext context, string path, string target, byte[] body)
    {
        var response = context.Response;
        switch (path.TrimStart('/').Split('/'))
        {
            case ["dapr", "config" or "subscribe"]:
                (response.StatusCode, response.ContentType) = (404, "application/json");
                break;
            case ["healthz"]:
                await Task.Delay(Health.Delay, TimeProvider.System, context.RequestAborted);
                response.StatusCode = Health.Status;
                break;
            case ["status", var number]:
                await StatusAsync(response, int.Parse(number, CultureInfo.InvariantCulture));
                break;
            case ["slow", var ms]:
                await Task.Delay(TimeSpan.FromMilliseconds(int.Parse(ms, CultureInfo.InvariantCulture)), TimeProvider.System, context.RequestAborted);
                await response.Body.WriteAsync("slow done"u8.ToArray());
                break;
            case ["big", var size]:
                response.ContentType = "application/octet-stream";
                await response.Body.WriteAsync(Enumerable.Repeat((byte)'a', int.Parse(size, CultureInfo.InvariantCulture)).ToArray());
                break;
            case ["stream"]:
                await StreamAsync(context);
                break;
            case ["rawbody"]:
                response.ContentType = context.Request.ContentType ?? "application/octet-stream";
                await response.Body.WriteAsync(body);
                break;
            case ["drop"]:
                context.Abort();
                break;
            case ["short"]:
                response.ContentType = "text/plain";
                response.ContentLength = 100;
                await response.Body.WriteAsync("only this"u8.ToArray());
                await response.Body.FlushAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
                context.Abort();
                break;
            case ["garbage"]:
                await context.Features.Get<IConnectionTransportFeature>()!.Transport.Output.WriteAsync("HTTP/1.1 at all\r\n\r\n"u8.ToArray());
                context.Abort();
                break;
            case ["resphdr"]:
                await HeadersAsync(response);
                break;
            case ["trailers"]:
                response.ContentType = "text/plain";
                response.DeclareTrailer("x-trailer");
                await response.Body.WriteAsync("body"u8.ToArray());
                response.AppendTrailer("x-trailer", "1");
                break;
            case ["gzip"]:
                response.ContentType = "text/plain";
                response.Headers.ContentEncoding = "gzip";
                await response.Body.WriteAsync(Convert.FromBase64String(Gzipped));
                break;
            case ["noct"]:
                await response.Body.WriteAsync("no content type"u8.ToArray());
                break;
            case ["empty"]:
                break;
            case ["binary"]:
                response.ContentType = "application/octet-stream";
                await response.Body.WriteAsync(Convert.FromBase64String("AAEC//6ACg0="));
                break;
            default:
                response.ContentType = "application/json";
                await response.Body.WriteAsync(Encoding.UTF8.GetBytes(new JsonObject { ["m"] = context.Request.Method, ["p"] = target, ["len"] = body.Length }.ToJsonString(Plain)));
                break;
        }
    }

    private static async Task StatusAsync(HttpResponse response, int status)
    {
        response.StatusCode = status;
        response.Headers["x-app"] = "yes";
        if (status is >= 300 and < 400)
        {
            response.Headers.Location = "/elsewhere";
        }

        if (status is not (204 or 205 or 304))
        {
            response.ContentType = "application/json";
            await response.WriteAsync($$"""{"status":{{status}}}""");
        }
    }

    private static async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.Query["ct"] is [{ } type] ? type : "text/plain";
        if (context.Response.ContentType == "text/event-stream")
        {
            context.Response.Headers.CacheControl = "no-cache";
        }

        for (var i = 0; i < 4; i++)
        {
            if (i > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, context.RequestAborted);
            }

            await context.Response.WriteAsync($"chunk{i}\n");
            await context.Response.Body.FlushAsync();
        }
    }

    private static async Task HeadersAsync(HttpResponse response)
    {
        foreach (var (name, value) in ((string, string)[])
        [
            ("cache-control", "no-store"), ("content-language", "de"), ("dapr-custom", "v"), ("grpc-status", "7"), ("etag", "\"abc\""), ("server", "recapp"), ("x-multi", "a"), ("x-multi", "b"),
            ("x-one", "1"), ("x-utf8", "ok"), ("set-cookie", "c1=1; Path=/"), ("set-cookie", "c2=2"), ("traceparent", "00-11111111111111111111111111111111-2222222222222222-01"),
        ])
        {
            response.Headers.Append(name, value);
        }

        response.ContentType = "text/plain; charset=utf-8";
        await response.WriteAsync("headers");
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    private static void AddBody(JsonObject seen, byte[] body)
    {
        if (body.Length > 1_000)
        {
            seen["bodySize"] = body.Length;
            seen["bodyHead"] = Encoding.UTF8.GetString(body, 0, 80);
            return;
        }

        if (body.Length == 0)
        {
            return;
        }

        try
        {
            seen["body"] = JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            var text = Encoding.UTF8.GetString(body);
            seen[text.Contains('�', StringComparison.Ordinal) ? "bodyBase64" : "bodyText"] = text.Contains('�', StringComparison.Ordinal) ? Convert.ToBase64String(body) : text;
        }
    }

    private static JsonObject Headers(HttpContext context) => new(context.Request.Headers.Where(h => h.Key[0] != ':').Select(h => KeyValuePair.Create(
        h.Key.ToLowerInvariant(),
        h.Value.Count == 1 ? (JsonNode?)h.Value.ToString() : new JsonArray([.. h.Value.Select(v => (JsonNode?)v)]))));
}
