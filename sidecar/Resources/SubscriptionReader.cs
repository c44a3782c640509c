using OpsMesh.Yaml;

namespace OpsMesh.Sidecar.Resources;

/// <summary>Reads <c>kind: Subscription</c>, v1alpha1 with one route and v2alpha1 with rules.</summary>
internal static class SubscriptionReader
{
    public static SubscriptionResource Read(YamlMap document)
    {
        document.RejectUnknown("apiVersion", "kind", "metadata", "spec", "scopes");
        var spec = document.Required("spec").AsMap();
        spec.RejectUnknown("pubsubname", "topic", "route", "routes", "metadata", "deadLetterTopic", "bulkSubscribe");
        return new SubscriptionResource(
            spec.Required("pubsubname").AsString(),
            spec.Required("topic").AsString(),
            Routes(spec),
            spec.Optional("deadLetterTopic")?.AsString(),
            spec.Optional("metadata")?.AsMap().AsStrings() ?? [],
            ComponentReader.Strings(document.Optional("scopes")));
    }

    private static List<(string Match, string Path)> Routes(YamlMap spec)
    {
        List<(string Match, string Path)> routes = [];
        var map = spec.Optional("routes")?.AsMap();
        foreach (var rule in map?.Optional("rules")?.AsList() ?? Enumerable.Empty<YamlNode>())
        {
            var match = rule.AsMap().Required("match");
            throw match.Error("rules with a match are not supported by this sidecar yet; use a default route");
        }

        if ((map?.Optional("default") ?? spec.Optional("route")) is { } fallback)
        {
            routes.Add(("", fallback.AsString()));
        }

        return routes;
    }
}
