using System.Collections.Frozen;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>Which metadata of a proxied call the application sees.</summary>
internal static class ProxyHeaders
{
    public const string AppId = "dapr-app-id";
    public const string Caller = "dapr-caller-app-id";
    public const string Callee = "dapr-callee-app-id";
    public const string Token = "dapr-api-token";

    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    // Of one hop, for this sidecar only, or this sidecar's to say. daprd appends its own to what the client claims of the last kind;
    // SocketsHttpHandler would join the two into one value, and nobody could tell them apart.
    private static readonly FrozenSet<string> NotCopied = new[]
    {
        AppId, Token, Caller, Callee, "host", "connection", "te", "transfer-encoding", "content-length", "content-type", "keep-alive", "upgrade", "proxy-connection",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static void Copy(HttpContext context, HttpRequestMessage request, AppPlan caller, AppPlan callee, SidecarTracing tracing)
    {
        request.Content!.Headers.TryAddWithoutValidation("content-type", context.Request.ContentType ?? "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        var isRemote = !ReferenceEquals(caller, callee);
        var own = isRemote ? tracing.SpanOf(context) : null;
        foreach (var (name, values) in context.Request.Headers)
        {
            if (name[0] == ':' || NotCopied.Contains(name) || (own is not null && IsTrace(name)))
            {
                continue;
            }

            foreach (var value in values)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (isRemote)
        {
            request.Headers.TryAddWithoutValidation(Caller, caller.AppId);
            request.Headers.TryAddWithoutValidation(Callee, callee.AppId);
        }

        if (own?.Id is { } traceParent)
        {
            request.Headers.TryAddWithoutValidation(TraceParent, traceParent);
            request.Headers.TryAddWithoutValidation(BinaryContext.Header, Convert.ToBase64String(BinaryContext.FromTraceParent(traceParent)));
            if (!string.IsNullOrEmpty(own.TraceStateString))
            {
                request.Headers.TryAddWithoutValidation(TraceState, own.TraceStateString);
            }
        }

        if (callee.AppApiToken is { } token)
        {
            request.Headers.TryAddWithoutValidation(Token, token);
        }
    }

    private static bool IsTrace(string name) =>
        name.Equals(TraceParent, StringComparison.OrdinalIgnoreCase)
        || name.Equals(TraceState, StringComparison.OrdinalIgnoreCase)
        || name.Equals(BinaryContext.Header, StringComparison.OrdinalIgnoreCase);
}
