using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpsMesh.Telemetry;

namespace OpsMesh.Hosting;

/// <summary>
/// Keeps the management port and the others apart. Paths are compared exactly and here, not by routing, which forgives case and a
/// trailing slash; and the door is the listener's word, not the Host header's.
/// </summary>
internal sealed class ManagementEndpoints(Readiness readiness, Dependencies dependencies, PrometheusPage metrics, ManagementOptions options)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var onManagement = context.GetArrival() is { Door: Door.Management };
        var forManagement = context.GetEndpoint()?.Metadata.GetMetadata<ManagementOnly>() is not null;
        if (onManagement && !forManagement)
        {
            return AnswerAsync(context);
        }

        if (forManagement && !onManagement)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(context);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var read = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return (read ? context.Request.Path.Value : null) switch
        {
            "/livez" => WriteAsync(context, StatusCodes.Status200OK, "text/plain", "live\n"),
            "/readyz" => WriteAsync(context, ReadyStatus(), "application/json", ReadyBody.Render(readiness, dependencies)),
            "/metrics" when MayReadMetrics(context) => WriteAsync(context, StatusCodes.Status200OK, PrometheusPage.ContentType, metrics.Render()),
            "/metrics" => WriteAsync(context, StatusCodes.Status401Unauthorized, "text/plain", "a metrics token is needed\n"),
            _ => WriteAsync(context, StatusCodes.Status404NotFound, "text/plain", "nothing here\n"),
        };
    }

    private int ReadyStatus() => readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    private bool MayReadMetrics(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer))
        {
            return true;
        }

        var given = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
        return options.MetricsToken is { Length: > 0 } token
            && CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes($"Bearer {token}"));
    }

    private static Task WriteAsync(HttpContext context, int status, string contentType, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}

/// <param name="MetricsToken">Bearer for /metrics from elsewhere than loopback; null admits loopback only.</param>
public sealed record ManagementOptions(string? MetricsToken);

/// <summary>Marks an endpoint that answers on the management port and on no other.</summary>
internal sealed class ManagementOnly;

public static class ManagementOnlyExtensions
{
    public static TBuilder OnManagementPort<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ManagementOnly());
}
