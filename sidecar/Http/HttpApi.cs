using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Invocation;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Http;

/// <summary>The HTTP face of the Dapr API: token, route, and refusals as JSON.</summary>
internal sealed class HttpApi(PublishEndpoints publish, HttpInvocation invocation, SidecarEndpoints sidecar, SidecarTracing tracing)
{
    private const string V1 = "v1.0";
    private const string Alpha = "v1.0-alpha1";

    /// <param name="isPublic">The port that only tells health and metadata, without a token.</param>
    public async Task HandleAsync(HttpContext context, AppSidecar app, bool isPublic)
    {
        if (HeaderLimit.Exceeds(context.Request, ApiPath.Target(context), app.Plan.ReadBufferBytes))
        {
            await HeaderLimit.RefuseAsync(context);
            return;
        }

        if (!isPublic && Cors.Handle(context, app.Plan.AllowedOrigins))
        {
            return;
        }

        if (ApiPath.Segments(context) is not { } path)
        {
            await RefusePathAsync(context);
            return;
        }

        var isHealth = path is [V1, "healthz"] or [V1, "healthz", "outbound"] && HttpMethods.IsGet(context.Request.Method);
        if (!isHealth && !isPublic && !ApiToken.Accepts(app.Plan, context.Request.Headers))
        {
            await ApiToken.RefuseHttpAsync(context);
            return;
        }

        if (isHealth)
        {
            tracing.DoNotRecord(context);
        }
        else if (isPublic && path is not [V1, "metadata"] and not [V1, "metadata", _])
        {
            await NotFoundAsync(context);
            return;
        }
        else
        {
            tracing.Name(context, "/" + string.Join('/', path));
            context.Response.Headers["traceparent"] = tracing.ParentOf(context) is { Length: > 0 } parent ? parent : SidecarTracing.None;
            if (tracing.StateOf(context) is { Length: > 0 } state)
            {
                context.Response.Headers["tracestate"] = state;
            }

            if (context.Request.Headers["baggage"] is { Count: > 0 } baggage)
            {
                if (Baggage.Problem(baggage.ToString()) is { } problem)
                {
                    await RefuseBaggageAsync(context, problem);
                    return;
                }

                context.Response.Headers["baggage"] = baggage;
            }
        }

        try
        {
            await RouteAsync(context, app, path);
        }
        catch (ApiException e) when (!context.Response.HasStarted)
        {
            await ApiErrorJson.WriteAsync(context, e);
        }
    }

    private static Task RefusePathAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.Connection = "close";
        context.Response.ContentLength = "400 Bad Request".Length;
        return context.Response.WriteAsync("400 Bad Request", context.RequestAborted);
    }

    private static Task RefuseBaggageAsync(HttpContext context, string problem)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.Remove("traceparent");
        return context.Response.WriteAsync($"invalid baggage header: {problem}\n", context.RequestAborted);
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync("404 page not found\n", context.RequestAborted);
    }

    private Task RouteAsync(HttpContext context, AppSidecar app, string[] path)
    {
        var request = context.Request;
        var lists = app.Plan.Configuration.Api;
        if (path is [V1 or Alpha, not "healthz", ..] && !lists.AllowsHttp(path[1], path[0]))
        {
            // As if the route did not exist: what is left of it is an invocation, when that is allowed.
            path = ["", .. path];
        }

        if (RouteBlocks(context, app, path) is { } block)
        {
            return block;
        }

        if (!lists.AllowsHttp("invoke", V1) && (path is not [V1 or Alpha, ..] || request.Headers.ContainsKey("dapr-app-id")))
        {
            return NotFoundAsync(context);
        }

        if (InvocationPath.Find(context, path) is not var (targetId, method))
        {
            throw InvocationErrors.NoAppId();
        }

        return invocation.HandleAsync(context, app, targetId, InvokedMethod.FromPath(method));
    }

    /// <returns>Null when the path is none of the API's own.</returns>
    private Task? RouteBlocks(HttpContext context, AppSidecar app, string[] path)
    {
        var request = context.Request;
        var isWrite = HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method);
        return path switch
        {
            [V1 or Alpha, "publish", "bulk", var pubSub, _, ..] when isWrite =>
                publish.PublishBulkAsync(context, app, ApiPath.Decode(pubSub), ApiPath.DecodeRest(path.AsSpan(4))),
            [V1, "publish", var pubSub, _, ..] when isWrite => publish.PublishAsync(context, app, ApiPath.Decode(pubSub), ApiPath.DecodeRest(path.AsSpan(3))),
            [V1, "state", var store, "bulk"] when isWrite => StateEndpoints.GetBulkAsync(context, app, ApiPath.Decode(store)),
            [V1, "state", var store, "transaction"] when isWrite => StateEndpoints.TransactAsync(context, app, ApiPath.Decode(store)),
            [V1, "state", var store] when isWrite => StateEndpoints.SaveAsync(context, app, ApiPath.Decode(store)),
            [V1, "state", var store, var key] when HttpMethods.IsGet(request.Method) =>
                StateEndpoints.GetAsync(context, app, ApiPath.Decode(store), ApiPath.Decode(key)),
            [V1, "state", var store, var key] when HttpMethods.IsDelete(request.Method) =>
                StateEndpoints.DeleteAsync(context, app, ApiPath.Decode(store), ApiPath.Decode(key)),
            [Alpha, "state", var store, "query"] when isWrite => StateEndpoints.QueryAsync(context, app, ApiPath.Decode(store)),
            _ => RouteOthers(context, app, path),
        };
    }

    private Task? RouteOthers(HttpContext context, AppSidecar app, string[] path) => (context.Request.Method.ToUpperInvariant(), path) switch
    {
        ("GET", [V1, "healthz"]) => SidecarEndpoints.HealthAsync(context, app),
        ("GET", [V1, "healthz", "outbound"]) => SidecarEndpoints.OutboundHealthAsync(context, app),
        ("GET", [V1, "metadata"]) => SidecarEndpoints.MetadataAsync(context, app),
        ("PUT", [V1, "metadata", var key]) => SidecarEndpoints.SetMetadataAsync(context, app, ApiPath.Decode(key)),
        ("GET", [V1, "secrets", var store, "bulk"]) => SidecarEndpoints.SecretsAsync(context, app, ApiPath.Decode(store)),
        ("GET", [V1, "secrets", var store, var key]) => SidecarEndpoints.SecretAsync(context, app, ApiPath.Decode(store), ApiPath.Decode(key)),
        ("POST", [Alpha, "lock", var store]) => LockEndpoints.LockAsync(context, app, ApiPath.Decode(store)),
        ("POST", [Alpha, "unlock", var store]) => LockEndpoints.UnlockAsync(context, app, ApiPath.Decode(store)),
        ("GET", [V1 or Alpha, "configuration", var store]) => ConfigurationEndpoints.GetAsync(context, app, ApiPath.Decode(store)),
        ("GET", [V1 or Alpha, "configuration", var store, "subscribe"]) => ConfigurationEndpoints.SubscribeAsync(context, app, ApiPath.Decode(store)),
        ("GET", [V1 or Alpha, "configuration", var store, var id, "unsubscribe"]) =>
            ConfigurationEndpoints.UnsubscribeAsync(context, app, ApiPath.Decode(store), ApiPath.Decode(id)),
        ("POST", [V1, "shutdown"]) => sidecar.ShutDownAsync(context, app),
        _ => null,
    };
}
