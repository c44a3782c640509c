using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace OpsMesh.Sidecar.Tracing;

/// <summary>
/// Which trace a request belongs to. With an exporter the request's own span stands for the sidecar; without one nothing is
/// recorded, and the caller's context passes through unchanged.
/// </summary>
internal sealed class SidecarTracing(bool isOn) : IDisposable
{
    /// <summary>What stands for no trace.</summary>
    public const string None = "00-00000000000000000000000000000000-0000000000000000-00";

    private const string TraceParent = "traceparent";

    private readonly ActivitySource _source = new("OpsMesh.Sidecar");

    public bool IsOn => isOn;

    /// <returns>W3C traceparent; empty when there is none.</returns>
    public string ParentOf(HttpContext context) => SpanOf(context)?.Id ?? Given(context) ?? "";

    public string StateOf(HttpContext context) => SpanOf(context)?.TraceStateString ?? context.Request.Headers["tracestate"].ToString();

    /// <summary>The server span of the request; null without an exporter.</summary>
    public Activity? SpanOf(HttpContext context) => isOn ? context.Features.Get<IHttpActivityFeature>()?.Activity : null;

    public void Name(HttpContext context, string name)
    {
        if (SpanOf(context) is { } span)
        {
            span.DisplayName = name;
        }
    }

    /// <summary>Probes come several times a second; their spans would hide all others.</summary>
    public void DoNotRecord(HttpContext context)
    {
        if (SpanOf(context) is { } span)
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    /// <summary>The span of one delivery, a child of the publisher's; null when nothing is recorded.</summary>
    public Activity? StartDelivery(string topic, string? traceParent) =>
        isOn && ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var parent)
            ? _source.StartActivity($"pubsub/{topic}", ActivityKind.Consumer, parent)
            : isOn ? _source.StartActivity($"pubsub/{topic}", ActivityKind.Consumer) : null;

    public void Dispose() => _source.Dispose();

    private static string? Given(HttpContext context) =>
        Last(context.Request.Headers[TraceParent]) is { } given && ActivityContext.TryParse(given, traceState: null, out _) ? given : null;

    private static string? Last(Microsoft.Extensions.Primitives.StringValues values) => values.Count == 0 ? null : values[^1];
}
