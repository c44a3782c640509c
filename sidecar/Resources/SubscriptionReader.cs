using OpsMesh.Sidecar.Cel;
using OpsMesh.Sidecar.PubSub;
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
            ReadBulk(spec.Optional("bulkSubscribe")?.AsMap()),
            ComponentReader.Strings(document.Optional("scopes")));
    }

    private static List<TopicRoute> Routes(YamlMap spec)
    {
        List<TopicRoute> routes = [];
        var map = spec.Optional("routes")?.AsMap();
        map?.RejectUnknown("rules", "default");
        foreach (var node in map?.Optional("rules")?.AsList() ?? Enumerable.Empty<YamlNode>())
        {
            var rule = node.AsMap();
            rule.RejectUnknown("match", "path");
            routes.Add(ReadRule(rule.Optional("match"), rule.Required("path").AsString()));
        }

        if ((map?.Optional("default") ?? spec.Optional("route")) is { } fallback && fallback.AsString().Length > 0)
        {
            routes.Add(new TopicRoute("", fallback.AsString()));
        }

        return routes;
    }

    private static TopicRoute ReadRule(YamlNode? match, string path)
    {
        try
        {
            return new TopicRoute(match?.AsString() ?? "", path);
        }
        catch (CelException e)
        {
            throw match!.Error($"cannot be compiled: {e.Message}");
        }
    }

    private static BulkOptions? ReadBulk(YamlMap? bulk)
    {
        bulk?.RejectUnknown("enabled", "maxMessagesCount", "maxAwaitDurationMs");
        return bulk?.Optional("enabled")?.AsBool() == true
            ? BulkOptions.Create(bulk.Optional("maxMessagesCount")?.AsInt() ?? 0, bulk.Optional("maxAwaitDurationMs")?.AsInt() ?? 0)
            : null;
    }
}
