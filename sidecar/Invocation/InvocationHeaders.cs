using System.Collections.Frozen;
using Grpc.Core;
using Microsoft.Extensions.Primitives;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>How headers and metadata pass between the two protocols.</summary>
internal static class InvocationHeaders
{
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";

    // HTTP's own: over gRPC they are called dapr-....
    private static readonly FrozenSet<string> Permanent = new[]
    {
        "accept", "accept-charset", "accept-language", "accept-ranges", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "cache-control",
        "content-type", "content-length", "cookie", "date", "expect", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-schedule-tag-match",
        "if-unmodified-since", "max-forwards", "origin", "pragma", "referer", "via", "warning",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> OfOneHop = new[]
    {
        "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-connection", "proxy-authenticate", "proxy-authorization", "host", "content-length",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> OfTraces = new[] { TraceParent, TraceState, BinaryContext.Header }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>All that an application that speaks HTTP sees, but the content type.</summary>
    public static IEnumerable<KeyValuePair<string, StringValues>> ForHttp(Invocation invocation, InvocationTarget target)
    {
        var hops = invocation.Headers.Where(h => Is(h.Key, "connection")).SelectMany(h => h.Value.ToString().Split(',', StringSplitOptions.TrimEntries)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in WithOwn(invocation, target))
        {
            if (!OfOneHop.Contains(name) && !hops.Contains(name) && !IsBinary(name) && !Is(name, "content-type"))
            {
                yield return new(HttpName(name), values);
            }
        }

        yield return new(TraceParent, invocation.Trace.Parent.Length > 0 ? invocation.Trace.Parent : SidecarTracing.None);
        if (invocation.Trace.State.Length > 0)
        {
            yield return new(TraceState, invocation.Trace.State);
        }
    }

    /// <summary>All that an application that speaks gRPC sees.</summary>
    public static Metadata ForGrpc(Invocation invocation, InvocationTarget target)
    {
        var metadata = new Metadata();
        foreach (var (header, values) in WithOwn(invocation, target))
        {
            var name = header.ToLowerInvariant();
            name = !invocation.IsGrpc && (Permanent.Contains(name) || name.StartsWith("grpc-", StringComparison.Ordinal)) ? "dapr-" + name : name;
            foreach (var value in values.Where(v => !Is(name, "te") && name[0] != ':'))
            {
                Add(metadata, name, value ?? "");
            }
        }

        var parent = invocation.Trace.Parent.Length > 0 ? invocation.Trace.Parent : SidecarTracing.None;
        metadata.Add(TraceParent, parent);
        metadata.Add(BinaryContext.Header, BinaryContext.FromTraceParent(parent));
        if (invocation.Trace.State.Length > 0)
        {
            metadata.Add(TraceState, invocation.Trace.State);
        }

        return metadata;
    }

    /// <summary>Headers of an HTTP answer as a caller over HTTP sees them.</summary>
    public static IEnumerable<KeyValuePair<string, StringValues>> ToHttp(InvocationAnswer answer) => answer.Headers
        .Where(h => !OfOneHop.Contains(h.Key) && !IsBinary(h.Key) && !Is(h.Key, "date") && !Is(h.Key, "content-type"))
        .Select(h => KeyValuePair.Create(HttpName(h.Key), h.Value));

    /// <summary>Headers of an answer as a caller over gRPC sees them.</summary>
    public static Metadata ToGrpc(InvocationAnswer answer)
    {
        var metadata = new Metadata();
        var isHttp = answer.HttpStatus > 0;
        if (isHttp)
        {
            metadata.Add("dapr-http-status", answer.HttpStatus.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        foreach (var (header, values) in answer.Headers)
        {
            var name = header.ToLowerInvariant();
            if (name.StartsWith("grpc-", StringComparison.Ordinal) || Is(name, "content-length") || (isHttp && OfOneHop.Contains(name)) || (!isHttp && Is(name, "content-type")))
            {
                continue;
            }

            foreach (var value in values)
            {
                Add(metadata, isHttp && Permanent.Contains(name) ? "dapr-" + name : name, value ?? "");
            }
        }

        return metadata;
    }

    /// <summary>The caller's headers with those that tell the application who called.</summary>
    private static IEnumerable<KeyValuePair<string, StringValues>> WithOwn(Invocation invocation, InvocationTarget target)
    {
        const string Address = "127.0.0.1";
        var own = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        if (target.IsRemote)
        {
            own["dapr-caller-app-id"] = invocation.Caller.Plan.AppId;
            own["dapr-caller-namespace"] = invocation.Caller.Plan.Namespace ?? "default";
            own["dapr-callee-app-id"] = target.App!.Plan.AppId;
            own["x-forwarded-for"] = Address;
            own["x-forwarded-host"] = Environment.MachineName;
            own["forwarded"] = $"for={Address};by={Address};host={Environment.MachineName}";
        }

        var token = target.App?.Plan.AppApiToken;
        foreach (var (name, values) in invocation.Headers)
        {
            if (OfTraces.Contains(name) || (token is not null && Is(name, "dapr-api-token")) || target.Endpoint?.Headers.ContainsKey(name) == true)
            {
                continue;
            }

            // Over gRPC nobody can pretend to be another.
            var replaced = invocation.IsGrpc && name.StartsWith("dapr-call", StringComparison.OrdinalIgnoreCase);
            var added = own.Remove(name, out var mine) ? mine : default;
            yield return new(name, replaced && added.Count > 0 ? added : StringValues.Concat(values, added));
        }

        foreach (var left in own)
        {
            yield return left;
        }

        foreach (var (name, value) in target.Endpoint?.Headers ?? new Dictionary<string, string>())
        {
            yield return new(name, value);
        }

        if (token is not null)
        {
            yield return new("dapr-api-token", token);
        }
    }

    private static void Add(Metadata metadata, string name, string value)
    {
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || name.StartsWith("grpc-", StringComparison.Ordinal))
        {
            return;
        }

        if (!IsBinary(name))
        {
            if (value.All(c => c is >= ' ' and <= '~'))
            {
                metadata.Add(name, value);
            }

            return;
        }

        var bytes = new byte[value.Length];
        if (Convert.TryFromBase64String(value.PadRight((value.Length + 3) / 4 * 4, '='), bytes, out var count))
        {
            metadata.Add(name, bytes[..count]);
        }
    }

    private static string HttpName(string name) =>
        name[0] == ':' ? "dapr-" + name[1..] : name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) ? "dapr-" + name : name;

    private static bool IsBinary(string name) => name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase);

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
