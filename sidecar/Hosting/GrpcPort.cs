using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Http;
using OpsMesh.Sidecar.Proxying;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Hosting;

/// <summary>Decides what a call on a gRPC port is: one of the Dapr API, reflection, or one to pass on.</summary>
internal sealed class GrpcPort(GrpcProxy proxy, SidecarTracing tracing, TimeProvider clock)
{
    private const string TimeoutName = "grpc-timeout";
    private const string Own = "/dapr.proto.runtime.";

    /// <summary>Its client may wait for an answer before it sends anything.</summary>
    private const string Streaming = "/dapr.proto.runtime.v1.Dapr/SubscribeTopicEventsAlpha1";
    private const string Reflection = "/grpc.reflection.";

    /// <summary>A deadline below is past before anything is done.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMicroseconds(10);

    /// <param name="next">Answers the Dapr API.</param>
    public async Task HandleAsync(HttpContext context, AppSidecar app, RequestDelegate next)
    {
        var timeout = context.Request.Headers[TimeoutName].ToString();
        if (timeout.Length > 0 && GrpcTimeout.Problem(timeout) is { } problem)
        {
            GrpcStatus.WriteTrailersOnly(context, StatusCode.Internal, $"malformed grpc-timeout: {problem}");
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (!ApiToken.Accepts(app.Plan, context.Request.Headers))
        {
            ApiToken.RefuseGrpc(context);
            return;
        }

        if (GrpcTimeout.Parse(timeout) is { } limit && limit < Shortest)
        {
            GrpcStatus.WriteTrailersOnly(context, StatusCode.DeadlineExceeded, "context deadline exceeded");
            return;
        }

        var path = context.Request.Path.Value ?? "";
        tracing.Name(context, path);
        if (path.Count(c => c == '/') < 2)
        {
            GrpcStatus.WriteTrailersOnly(context, StatusCode.Unimplemented, $"malformed method name: \"{path}\"");
            return;
        }

        if (path.StartsWith(Own, StringComparison.Ordinal))
        {
            if (!app.Plan.Configuration.Api.AllowsGrpc(path))
            {
                var info = ApiException.Info("Not Implemented", new Dictionary<string, string> { ["http.code"] = "501", ["http.error_message"] = "requested endpoint is not available" });
                GrpcStatus.WriteTrailersOnly(context, StatusCode.Unimplemented, "Not Implemented", info);
                return;
            }

            if (!OwnMethods.Has(path))
            {
                await ProxyUnknownAsync(context, app);
                return;
            }

            if (path != Streaming && !await GrpcMessageCheck.PassesAsync(context, app.Plan.MaxBodyBytes))
            {
                return;
            }

            context.Response.Headers[BinaryContext.Header] =
                Convert.ToBase64String(BinaryContext.FromTraceParent(tracing.ParentOf(context))).TrimEnd('=');
            using var due = FollowDeadline(context, timeout);
            if (path.Contains("Actor", StringComparison.Ordinal))
            {
                await RefuseActorsAsync(context);
                return;
            }

            await AnswerAsync(context, next);
            return;
        }

        var isUntraced = app.Plan.Configuration.Tracing?.IsOff == true;
        var hasId = context.Request.Headers.ContainsKey(ProxyHeaders.AppId) || context.Request.Headers.ContainsKey(ProxyHeaders.Callee);
        if (!hasId && !isUntraced)
        {
            // Reflection, too: clients ask which methods there are before they use new ones, and go on when this fails; it must only be fast.
            GrpcStatus.WriteTrailersOnly(context, StatusCode.Unknown, "cannot proxy request: missing dapr-callee-app-id or dapr-app-id metadata");
            return;
        }

        if (path.StartsWith(Reflection, StringComparison.Ordinal))
        {
            await AnswerAsync(context, next);
            return;
        }

        await proxy.HandleAsync(context, app);
    }

    /// <summary>When a deadline passes the call is reset without a status, as daprd does: its client knows why.</summary>
    private ITimer? FollowDeadline(HttpContext context, string timeout)
    {
        const int Cancel = 8;
        context.Request.Headers.Remove(TimeoutName);
        return GrpcTimeout.Parse(timeout) is { } limit && context.Features.Get<IHttpResetFeature>() is { } reset
            ? clock.CreateTimer(_ => reset.Reset(Cancel), state: null, limit, Timeout.InfiniteTimeSpan)
            : null;
    }

    private static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers && trailers.ContainsKey("grpc-status"))
        {
            // daprd's server sends it always.
            trailers.TryAdd("grpc-message", "");
        }
    }

    /// <summary>A method that the API does not have may be the application's.</summary>
    private async Task ProxyUnknownAsync(HttpContext context, AppSidecar app)
    {
        if (context.Request.Headers.ContainsKey(ProxyHeaders.AppId) || context.Request.Headers.ContainsKey(ProxyHeaders.Callee))
        {
            await proxy.HandleAsync(context, app);
            return;
        }

        await RefuseBehindHeadersAsync(context, StatusCode.Unknown, GrpcProxy.MissingId);
    }

    /// <summary>As a daprd without placement.</summary>
    private static Task RefuseActorsAsync(HttpContext context) => RefuseBehindHeadersAsync(context, StatusCode.Unavailable, "placement service is not configured");

    private static async Task RefuseBehindHeadersAsync(HttpContext context, StatusCode code, string message)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync(context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", message);
    }
}
