using OpsMesh.Yaml;

namespace OpsMesh.Sidecar.Resources;

/// <summary>Reads <c>kind: Resiliency</c>: what concerns the delivery of events. The rest of the schema is accepted and has no effect.</summary>
internal static class ResiliencyReader
{
    public static ResiliencyResource Read(YamlMap document)
    {
        document.RejectUnknown("apiVersion", "kind", "metadata", "spec", "scopes");
        var spec = document.Required("spec").AsMap();
        spec.RejectUnknown("policies", "targets");
        var policies = spec.Optional("policies")?.AsMap();
        policies?.RejectUnknown("timeouts", "retries", "circuitBreakers");
        var timeouts = Named(policies?.Optional("timeouts"), n => n.AsDuration());
        var retries = Named(policies?.Optional("retries"), ReadRetry);
        var targets = spec.Optional("targets")?.AsMap();
        targets?.RejectUnknown("apps", "actors", "components");
        var inbound = new Dictionary<string, InboundPolicy>(StringComparer.Ordinal);
        foreach (var target in targets?.Optional("components")?.AsMap().Entries ?? [])
        {
            var map = target.Value.AsMap();
            map.RejectUnknown("inbound", "outbound");
            if (map.Optional("inbound")?.AsMap() is { } policy)
            {
                policy.RejectUnknown("timeout", "retry", "circuitBreaker");
                inbound[target.Key] = new InboundPolicy(
                    policy.Optional("timeout") is { } timeout ? Known(timeout, timeouts, "timeout") : null,
                    policy.Optional("retry") is { } retry ? Known(retry, retries, "retry policy") : null);
            }
        }

        return new ResiliencyResource(inbound, ComponentReader.Strings(document.Optional("scopes")));
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

    private static T Known<T>(YamlNode name, Dictionary<string, T> policies, string kind) =>
        policies.TryGetValue(name.AsString(), out var policy) ? policy : throw name.Error($"names a {kind} that spec.policies does not have");

    private static RetryPolicy ReadRetry(YamlNode node)
    {
        var map = node.AsMap();
        map.RejectUnknown("policy", "duration", "maxInterval", "maxRetries", "matching");
        return new RetryPolicy(
            map.Optional("policy")?.AsOneOf("constant", "exponential") == "exponential",
            map.Optional("duration")?.AsDuration() ?? TimeSpan.FromSeconds(5),
            map.Optional("maxInterval")?.AsDuration() ?? TimeSpan.FromSeconds(60),
            map.Optional("maxRetries")?.AsInt(min: -1) ?? -1);
    }
}
