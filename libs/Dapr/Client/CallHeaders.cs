using System.Diagnostics;
using Grpc.Core;

namespace Dapr.Client;

/// <summary>What each call tells the sidecar: who asks, its token, and the trace it belongs to.</summary>
internal static class CallHeaders
{
    private static readonly string UserAgent =
        "dapr-sdk-dotnet/v" + (typeof(CallHeaders).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");

    public static Metadata Create(string? token)
    {
        var headers = new Metadata { { "user-agent", UserAgent } };
        if (!string.IsNullOrWhiteSpace(token))
        {
            headers.Add("dapr-api-token", token);
        }

        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } traceparent } activity)
        {
            headers.Add("traceparent", traceparent);
            if (!string.IsNullOrEmpty(activity.TraceStateString))
            {
                headers.Add("tracestate", activity.TraceStateString);
            }

            headers.Add("grpc-trace-bin", BinaryContext(activity));
        }

        return headers;
    }

    /// <summary>OpenCensus form: version, then (field, bytes) for trace id, span id and flags.</summary>
    private static byte[] BinaryContext(Activity activity)
    {
        var bytes = new byte[29];
        activity.TraceId.CopyTo(bytes.AsSpan(2, 16));
        bytes[18] = 1;
        activity.SpanId.CopyTo(bytes.AsSpan(19, 8));
        bytes[27] = 2;
        bytes[28] = (byte)activity.ActivityTraceFlags;
        return bytes;
    }
}
