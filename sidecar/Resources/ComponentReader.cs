using OpsMesh.Yaml;

namespace OpsMesh.Sidecar.Resources;

/// <summary>Reads <c>kind: Component</c>.</summary>
internal static class ComponentReader
{
    public static Component Read(YamlMap document, string place, ComponentValues values)
    {
        document.RejectUnknown("apiVersion", "kind", "metadata", "spec", "scopes", "auth");
        var spec = document.Required("spec").AsMap();
        spec.RejectUnknown("type", "version", "metadata", "ignoreErrors", "initTimeout");
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in spec.Optional("metadata")?.AsList() ?? Enumerable.Empty<YamlNode>())
        {
            var (name, value) = ReadItem(item.AsMap(), values);
            metadata[name] = value;
        }

        return new Component(
            document.Required("metadata").AsMap().Required("name").AsString(),
            spec.Required("type").AsString(),
            spec.Required("version").AsString(),
            metadata,
            Strings(document.Optional("scopes")),
            place)
        {
            IgnoreErrors = spec.Optional("ignoreErrors")?.AsBool() ?? false,
        };
    }

    public static IReadOnlyList<string> Strings(YamlNode? list) => list is null ? [] : [.. list.AsList().Select(i => i.AsString())];

    public static (string Name, string Value) ReadItem(YamlMap item, ComponentValues values)
    {
        item.RejectUnknown("name", "value", "envRef", "secretKeyRef");
        var name = item.Required("name").AsString();
        if (item.Optional("secretKeyRef") is { } secret)
        {
            throw secret.Error("is not supported by this sidecar; use envRef");
        }

        if (item.Optional("envRef") is { } variable)
        {
            return (name, values.FromEnvironment(variable));
        }

        return (name, item.Optional("value") is { } value ? values.Expand(value) : "");
    }
}
