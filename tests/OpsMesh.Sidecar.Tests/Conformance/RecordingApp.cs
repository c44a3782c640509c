using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>An application that speaks HTTP, answers as it is told and keeps what it saw, in the form of the recordings.</summary>
internal sealed class RecordingApp : IAsyncDisposable
{
    private readonly Channel<JsonObject> _seen = Channel.CreateBounded<JsonObject>(10_000);
    private readonly WebApplication _app;

    private RecordingApp(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    /// <param name="answer">Status and body by path.</param>
    public static async Task<RecordingApp> StartAsync(Func<string, (int Status, string Body)> answer, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = TestPorts.Next();
        builder.WebHost.UseKestrel(k => k.ListenLocalhost(port));
        var app = new RecordingApp(builder.Build(), port);
        app._app.Run(context => app.AnswerAsync(context, answer));
        await app._app.StartAsync(cancellationToken);
        return app;
    }

    /// <summary>The next request that it saw; null when none came in time.</summary>
    public async Task<JsonObject?> NextAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await _seen.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(limit, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Forgets what it saw so far.</summary>
    public void Forget()
    {
        while (_seen.Reader.TryRead(out _))
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, Func<string, (int Status, string Body)> answer)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(context.RequestAborted);
        var seen = new JsonObject
        {
            ["method"] = context.Request.Method,
            ["path"] = context.Request.Path + context.Request.QueryString,
            ["headers"] = new JsonObject(context.Request.Headers.Select(h => KeyValuePair.Create<string, JsonNode?>(h.Key.ToLowerInvariant(), h.Value.ToString()))),
        };
        if (text.Length > 0)
        {
            try
            {
                seen["body"] = JsonNode.Parse(text);
            }
            catch (JsonException)
            {
                seen["bodyText"] = text;
            }
        }

        _seen.Writer.TryWrite(seen);
        var (status, body) = answer(context.Request.Path);
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
