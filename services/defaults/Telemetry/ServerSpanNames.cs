using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using OpsMesh.Hosting;

namespace OpsMesh.Telemetry;

/// <summary>
/// Gives ASP.NET's server spans a name, route and status; there is no instrumentation package here to do it. Probes and telemetry
/// itself are not recorded: a receiver that traced its own intake would never come to rest.
/// </summary>
internal static class ServerSpanNames
{
    private static readonly string[] Unrecorded = ["/v1/traces", "/v1/metrics", "/v1/logs"];

    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { } activity)
        {
            await next(context);
            return;
        }

        if (context.GetArrival() is { Door: Door.Management } || Unrecorded.Contains(context.Request.Path.Value, StringComparer.Ordinal))
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            if (activity.IsAllDataRequested)
            {
                Describe(activity, context);
            }
        }
    }

    private static void Describe(Activity activity, HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true)
        {
            DescribeRpc(activity, context);
            return;
        }

        // The route, not the path: a name per node id would be of no use to anybody.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        activity.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        activity.SetTag("http.route", route);
        activity.SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static void DescribeRpc(Activity activity, HttpContext context)
    {
        if (context.GetEndpoint() is RouteEndpoint && context.Request.Path.Value?.Split('/') is [_, var service, var method])
        {
            activity.DisplayName = $"{service}/{method}";
            activity.SetTag("rpc.service", service).SetTag("rpc.method", method);
        }

        activity.SetTag("rpc.system", "grpc");
        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var text = trailers is not null && trailers.TryGetValue("grpc-status", out var trailer) ? trailer : context.Response.Headers["grpc-status"];
        if (int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            activity.SetTag("rpc.grpc.status_code", code);
            // The caller's mistakes are not this server's errors: unknown, deadline, unimplemented, internal, unavailable and data loss are.
            if (code is 2 or 4 or 12 or 13 or 14 or 15)
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }
        }
    }
}
