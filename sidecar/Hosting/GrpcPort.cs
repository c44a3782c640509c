using Grpc.Core;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Http;
using OpsMesh.Sidecar.Proxying;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Hosting;

/// <summary>Decides what a call on a gRPC port is: one of the Dapr API, reflection, or one to pass on.</summary>
internal sealed class GrpcPort(GrpcProxy proxy, SidecarTracing tracing)
{
    private const string Own = "/dapr.proto.runtime.";
    private const string Reflection = "/grpc.reflection.";

    /// <param name="next">Answers the Dapr API.</param>
    public Task HandleAsync(HttpContext context, AppSidecar app, RequestDelegate next)
    {
        if (!ApiToken.Accepts(app.Plan, context.Request.Headers))
        {
            ApiToken.RefuseGrpc(context);
            return Task.CompletedTask;
        }

        var path = context.Request.Path.Value ?? "";
        tracing.Name(context, path);
        if (path.StartsWith(Own, StringComparison.Ordinal))
        {
            context.Response.Headers[BinaryContext.Header] =
                Convert.ToBase64String(BinaryContext.FromTraceParent(tracing.ParentOf(context))).TrimEnd('=');
            return next(context);
        }

        if (path.StartsWith(Reflection, StringComparison.Ordinal) && !context.Request.Headers.ContainsKey(ProxyHeaders.AppId))
        {
            // Clients ask which methods there are before they use new ones, and go on when this fails; it must only be fast.
            GrpcStatus.WriteTrailersOnly(context, StatusCode.Unimplemented, "reflection is not served");
            return Task.CompletedTask;
        }

        return proxy.HandleAsync(context, app);
    }
}
