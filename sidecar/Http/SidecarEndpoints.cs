using System.Text.Json;
using Grpc.Core;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Introspection;

namespace OpsMesh.Sidecar.Http;

/// <summary>Health, metadata, secrets and shutdown over HTTP.</summary>
internal sealed class SidecarEndpoints(ProcessEnd end)
{
    public static Task HealthAsync(HttpContext context, AppSidecar app)
    {
        if (context.Request.Query.ContainsKey("appid") && context.Request.Query["appid"] != app.Plan.AppId)
        {
            throw new ApiException("ERR_HEALTH_APPID_NOT_MATCH", 500, StatusCode.Internal, "dapr app-id does not match");
        }

        if (!app.IsReady)
        {
            throw new ApiException("ERR_HEALTH_NOT_READY", 500, StatusCode.Internal, "dapr is not ready: [runtime]");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static Task OutboundHealthAsync(HttpContext context, AppSidecar app)
    {
        if (app.IsShutDown)
        {
            throw new ApiException("ERR_OUTBOUND_HEALTH_NOT_READY", 500, StatusCode.Internal, "dapr outbound is not ready");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static Task MetadataAsync(HttpContext context, AppSidecar app) =>
        Answers.WriteJsonAsync(context, MetadataJson.Write(SidecarMetadata.Describe(app)));

    public static async Task SetMetadataAsync(HttpContext context, AppSidecar app, string key)
    {
        var body = await RequestBody.ReadAsync(context, app.Plan.MaxBodyBytes) ?? throw new ApiException("ERR_BODY_READ", 400, StatusCode.InvalidArgument, "failed to read request body: stream too large");
        app.Extended[key] = System.Text.Encoding.UTF8.GetString(body.Span);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public static Task SecretAsync(HttpContext context, AppSidecar app, string store, string key) =>
        WriteAsync(context, app.Secrets.Get(store, key));

    public static Task SecretsAsync(HttpContext context, AppSidecar app, string store) =>
        WriteAsync(context, app.Secrets.GetAll(store));

    public Task ShutDownAsync(HttpContext context, AppSidecar app)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        end.ShutDown(app);
        return Task.CompletedTask;
    }

    private static Task WriteAsync<T>(HttpContext context, T body) =>
        Answers.WriteJsonAsync(context, (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(body), (byte)'\n']);
}
