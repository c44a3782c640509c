using System.Collections.Frozen;
using System.Net;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Passes an HTTP request on to another application of the mesh, and its answer back, whatever its status.</summary>
internal sealed class HttpInvocation(Mesh mesh, SidecarTracing tracing)
{
    private static readonly FrozenSet<string> NotCopied = new[]
    {
        "host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-connection", "proxy-authenticate",
        "proxy-authorization", "dapr-app-id", "dapr-api-token", "content-length",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public async Task HandleAsync(HttpContext context, AppSidecar caller, string appId, string method)
    {
        if (method.AsSpan().IndexOfAny("#?") >= 0 || method.Any(char.IsControl))
        {
            throw InvocationErrors.Failed(
                appId, $"rpc error: code = InvalidArgument desc = invalid method: method contains forbidden character: \"{method}\"");
        }

        if (mesh.Find(appId) is not { Channel: { } channel } callee)
        {
            throw InvocationErrors.Failed(appId, "no host found with the given ID");
        }

        if (channel.Callback is { } callback)
        {
            await GrpcAppInvocation.HandleAsync(context, caller, callee, callback, method, tracing);
            return;
        }

        using var request = MakeRequest(context, caller, callee, channel, method);
        try
        {
            using var response = await channel.Invoker.SendAsync(request, context.RequestAborted);
            await CopyAnswerAsync(response, context);
        }
        catch (HttpRequestException e) when (!context.Response.HasStarted)
        {
            throw InvocationErrors.Failed(appId, e.Message);
        }
    }

    private HttpRequestMessage MakeRequest(HttpContext context, AppSidecar caller, AppSidecar callee, AppChannel channel, string method)
    {
        var path = string.Join('/', method.Split('/').Select(Uri.EscapeDataString));
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(channel.BaseAddress, path + context.Request.QueryString));
        var hasBody = context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0;
        request.Content = hasBody ? new StreamContent(context.Request.Body) : null;
        foreach (var (name, values) in context.Request.Headers)
        {
            if (NotCopied.Contains(name) || name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        if (tracing.ParentOf(context) is { Length: > 0 } traceParent)
        {
            request.Headers.Remove("traceparent");
            request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        }

        if (!ReferenceEquals(caller, callee))
        {
            request.Headers.TryAddWithoutValidation("dapr-caller-app-id", caller.Plan.AppId);
            request.Headers.TryAddWithoutValidation("dapr-callee-app-id", callee.Plan.AppId);
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", IPAddress.Loopback.ToString());
            request.Headers.TryAddWithoutValidation("X-Forwarded-Host", Environment.MachineName);
        }

        if (callee.Plan.AppApiToken is { } token)
        {
            request.Headers.TryAddWithoutValidation("dapr-api-token", token);
        }

        return request;
    }

    private static async Task CopyAnswerAsync(HttpResponseMessage response, HttpContext context)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (!NotCopied.Contains(name) && !name.Equals("date", StringComparison.OrdinalIgnoreCase) && !name.Equals("server", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers.Append(name, values.ToArray());
            }
        }

        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var writer = context.Response.BodyWriter;
        int count;
        while ((count = await body.ReadAsync(writer.GetMemory(4_096), context.RequestAborted)) > 0)
        {
            // Chunk by chunk: server-sent events must not wait for more.
            writer.Advance(count);
            await writer.FlushAsync(context.RequestAborted);
        }
    }
}
