using System.Collections.Frozen;
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

    // Of one hop, or for this sidecar only.
    private static readonly FrozenSet<string> NotCopied = new[]
    {
        AppId, Token, "host", "connection", "te", "transfer-encoding", "content-length", "content-type", "keep-alive", "upgrade", "proxy-connection",
        "grpc-encoding",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static void Copy(ProxyCall call, HttpRequestMessage request, SidecarTracing tracing)
    {
        request.Content!.Headers.TryAddWithoutValidation("content-type", call.Context.Request.ContentType ?? "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        var own = call.IsRemote ? tracing.SpanOf(call.Context) : null;
        foreach (var (name, values) in call.Context.Request.Headers)
        {
            if (name[0] == ':' || NotCopied.Contains(name) || (own is not null && IsTrace(name)))
            {
                continue;
            }

            foreach (var value in values)
            {
                // Bytes leave without their padding, each value by itself.
                foreach (var one in IsBinary(name) ? (value ?? "").Split(',', StringSplitOptions.TrimEntries) : [value ?? ""])
                {
                    Append(request, name, IsBinary(name) ? one.TrimEnd('=') : one);
                }
            }
        }

        if (call.IsRemote)
        {
            // Behind what the client claims of itself.
            Append(request, Caller, call.Caller.Plan.AppId);
            Append(request, Callee, call.Callee.Plan.AppId);
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

        if (call.Callee.Plan.AppApiToken is { } token)
        {
            request.Headers.TryAddWithoutValidation(Token, token);
        }
    }

    /// <summary>
    /// SocketsHttpHandler sends several values of one name as one, joined. The content has headers of its own, which are sent behind the
    /// request's: so a second value stays one by itself. Further ones are joined to it.
    /// </summary>
    private static void Append(HttpRequestMessage request, string name, string value)
    {
        if (request.Headers.NonValidated.Contains(name) || !request.Headers.TryAddWithoutValidation(name, value))
        {
            request.Content!.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static bool IsBinary(string name) => name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase);

    private static bool IsTrace(string name) =>
        name.Equals(TraceParent, StringComparison.OrdinalIgnoreCase)
        || name.Equals(TraceState, StringComparison.OrdinalIgnoreCase)
        || name.Equals(BinaryContext.Header, StringComparison.OrdinalIgnoreCase);
}
