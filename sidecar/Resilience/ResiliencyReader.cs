using OpsMesh.Sidecar.Cel;
using OpsMesh.Sidecar.Resources;
using OpsMesh.Yaml;

namespace OpsMesh.Sidecar.Resilience;

/// <summary>Reads <c>kind: Resiliency</c>. Targets of kind actors are accepted and have no effect.</summary>
internal static class ResiliencyReader
{
    private const string DefaultTrip = "consecutiveFailures > 5";

    public static ResiliencyResource Read(YamlMap document)
    {
        document.RejectUnknown("apiVersion", "kind", "metadata", "spec", "scopes");
        var spec = document.Required("spec").AsMap();
        spec.RejectUnknown("policies", "targets");
        var policies = spec.Optional("policies")?.AsMap();
        policies?.RejectUnknown("timeouts", "retries", "circuitBreakers");
        var timeouts = Named(policies?.Optional("timeouts"), n => n.AsDuration());
        var retries = Named(policies?.Optional("retries"), ReadRetry);
        var breakers = Named(policies?.Optional("circuitBreakers"), ReadBreaker);
        var targets = spec.Optional("targets")?.AsMap();
        targets?.RejectUnknown("apps", "actors", "components");
        var names = new Names(timeouts.Keys, retries.Keys, breakers.Keys);
        return new ResiliencyResource(
            document.Optional("metadata")?.AsMap().Optional("name")?.AsString() ?? "",
            timeouts,
            retries,
            breakers,
            Named(targets?.Optional("apps"), n => names.Read(n, "circuitBreakerCacheSize")),
            Named(targets?.Optional("components"), n => ReadComponent(n.AsMap(), names)),
            ComponentReader.Strings(document.Optional("scopes")));
    }

    private static ComponentPolicyNames ReadComponent(YamlMap map, Names names)
    {
        map.RejectUnknown("inbound", "outbound");
        return new ComponentPolicyNames(
            map.Optional("inbound") is { } inbound ? names.Read(inbound) : null,
            map.Optional("outbound") is { } outbound ? names.Read(outbound) : null);
    }

    private static Dictionary<string, T> Named<T>(YamlNode? map, Func<YamlNode, T> read)
    {
        var named = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in map?.AsMap().Entries ?? [])
        {
            named[entry.Key] = read(entry.Value);
        }

        return named;
    }

    private static RetryPolicy ReadRetry(YamlNode node)
    {
        var map = node.AsMap();
        map.RejectUnknown("policy", "duration", "maxInterval", "maxRetries", "matching");
        var matching = map.Optional("matching")?.AsMap();
        matching?.RejectUnknown("httpStatusCodes", "gRPCStatusCodes");
        return new RetryPolicy(
            map.Optional("policy")?.AsOneOf("constant", "exponential") == "exponential",
            map.Optional("duration")?.AsDuration() ?? TimeSpan.FromSeconds(5),
            map.Optional("maxInterval")?.AsDuration() ?? TimeSpan.FromSeconds(60),
            map.Optional("maxRetries")?.AsInt(min: -1) ?? -1,
            Codes(matching?.Optional("httpStatusCodes")),
            Codes(matching?.Optional("gRPCStatusCodes")));
    }

    private static StatusCodes? Codes(YamlNode? node) =>
        node is null ? null : StatusCodes.Parse(node.AsString()) ?? throw node.Error("is no list of codes such as 429,500-599");

    private static BreakerPolicy ReadBreaker(YamlNode node)
    {
        var map = node.AsMap();
        map.RejectUnknown("maxRequests", "interval", "timeout", "trip");
        return new BreakerPolicy(
            Math.Max(1, map.Optional("maxRequests")?.AsInt(min: 0) ?? 1),
            map.Optional("interval")?.AsDuration() ?? TimeSpan.Zero,
            map.Optional("timeout")?.AsDuration() ?? TimeSpan.FromSeconds(60),
            Trip(map.Optional("trip")));
    }

    private static CelNode Trip(YamlNode? node)
    {
        try
        {
            return CelParser.Parse(node?.AsString() ?? DefaultTrip);
        }
        catch (CelException e)
        {
            throw node!.Error($"cannot be compiled: {e.Message}");
        }
    }

    /// <summary>Refuses the name of a policy that the resource does not have.</summary>
    private sealed record Names(ICollection<string> Timeouts, ICollection<string> Retries, ICollection<string> Breakers)
    {
        public PolicyNames Read(YamlNode node, params ReadOnlySpan<string> alsoKnown)
        {
            var map = node.AsMap();
            map.RejectUnknown(["timeout", "retry", "circuitBreaker", .. alsoKnown]);
            return new PolicyNames(
                Known(map.Optional("timeout"), Timeouts, "timeout"),
                Known(map.Optional("retry"), Retries, "retry policy"),
                Known(map.Optional("circuitBreaker"), Breakers, "circuit breaker"));
        }

        private static string? Known(YamlNode? name, ICollection<string> policies, string kind) => name is null || policies.Contains(name.AsString())
            ? name?.AsString()
            : throw name.Error($"names a {kind} that spec.policies does not have");
    }
}
