using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Http;
using OpsMesh.Sidecar.Resilience;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Invocations that come over HTTP.</summary>
internal sealed class HttpInvocation(Invoker invoker, SidecarTracing tracing)
{
    private const string AppId = "dapr-app-id";
    private const string ApiToken = "dapr-api-token";

    // Others reach the application as POST.
    private static readonly string[] Verbs = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

    public async Task HandleAsync(HttpContext context, AppSidecar caller, string targetId, InvokedMethod method)
    {
        var request = context.Request;
        var target = ApiPath.Target(context);
        var isStreamed = request.ContentLength is null && request.Headers.TransferEncoding.Count > 0;
        var limit = caller.Plan.MaxBodyBytes;
        var body = isStreamed ? default(ReadOnlyMemory<byte>) : await RequestBody.ReadAsync(context, limit);
        var invocation = new Invocation(caller, targetId, method)
        {
            Verb = Verbs.Contains(request.Method) ? request.Method : "POST",
            Query = target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? target[(mark + 1)..] : "",
            ContentType = request.ContentType ?? "",
            Headers = [.. request.Headers.Where(h => !IsOurs(h.Key, h.Value.ToString(), caller))],
            Body = body ?? default,
            IsTooLarge = body is null,
            Streamed = isStreamed ? new LimitedStream(request.Body, limit) : null,
            Trace = new InvocationTrace(tracing.SpanOf(context)?.Id ?? request.Headers[InvocationHeaders.TraceParent].ToString(), tracing.StateOf(context)),
        };
        try
        {
            await invoker.RunAsync(invocation, new HttpAnswerSink(context), context.RequestAborted);
        }
        catch (Exception e) when (e is InvocationException or PolicyTimeoutException && !context.Response.HasStarted)
        {
            throw InvocationErrors.Failed(targetId, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
    }

    /// <summary>Meant for this sidecar and not for the application.</summary>
    private static bool IsOurs(string name, string value, AppSidecar caller) =>
        name.Equals("host", StringComparison.OrdinalIgnoreCase) || (name.Equals(AppId, StringComparison.OrdinalIgnoreCase) && value.Length > 0) || (caller.Plan.ApiToken is not null && name.Equals(ApiToken, StringComparison.OrdinalIgnoreCase));
}
