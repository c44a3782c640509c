using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OpsMesh.Sidecar.Tests.Mesh;

/// <summary>An application that speaks HTTP and keeps what it received.</summary>
internal sealed class HttpApp
{
    public Channel<(JsonElement Body, Dictionary<string, string> Headers)> Events { get; } =
        Channel.CreateBounded<(JsonElement, Dictionary<string, string>)>(100);

    public void Map(WebApplication app)
    {
        app.MapSubscribeHandler();
        app.MapPost("/raw", ReceiveAsync).WithTopic("pubsub", "to-http");
        app.UseWhen(context => context.Request.Path == "/unwrapped", branch => branch.UseCloudEvents());
        app.MapPost("/unwrapped", ReceiveAsync).WithTopic("pubsub", "to-http-unwrapped");
        app.Map("/echo/{**rest}", (HttpContext context) => Results.Text(
            $"{context.Request.Method} {context.Request.Path.Value}{context.Request.QueryString} {context.Request.Headers["dapr-caller-app-id"]} {context.Request.Headers["dapr-api-token"]}",
            statusCode: StatusCodes.Status418ImATeapot));
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var headers = context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal);
        await Events.Writer.WriteAsync((document.RootElement.Clone(), headers), context.RequestAborted);
    }
}
