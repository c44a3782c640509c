using OpsMesh.Sidecar.Access;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Peers;
using OpsMesh.Sidecar.Secrets;
using OpsMesh.Sidecar.Tracing;
using OpsMesh.Yaml;

namespace OpsMesh.Sidecar.Resources;

/// <summary>Reads <c>kind: Configuration</c>. The rest of the schema is accepted and has no effect.</summary>
internal static class ConfigurationReader
{
    private static readonly string[] Known =
    [
        "tracing", "metric", "metrics", "logging", "mtls", "nameResolution", "accessControl", "api", "secrets", "features", "components", "httpPipeline",
        "appHttpPipeline", "wasm", "workflow",
    ];

    /// <exception cref="PlanException">The file is missing.</exception>
    /// <exception cref="YamlException">It is no Configuration.</exception>
    public static ConfigurationResource ReadFile(string file)
    {
        try
        {
            return YamlDocument.ParseAll(File.ReadAllText(file), file).Select(d => Read(d.AsMap())).FirstOrDefault() ?? ConfigurationResource.Empty;
        }
        catch (IOException e)
        {
            throw new PlanException($"--config {file}: {e.Message}");
        }
    }

    private static ConfigurationResource Read(YamlMap document)
    {
        document.RejectUnknown("apiVersion", "kind", "metadata", "spec");
        if (document.Required("kind").AsString() != "Configuration")
        {
            throw document.Required("kind").Error("must be Configuration");
        }

        var spec = document.Optional("spec")?.AsMap();
        spec?.RejectUnknown(Known);
        var api = spec?.Optional("api")?.AsMap();
        api?.RejectUnknown("allowed", "denied");
        var secrets = spec?.Optional("secrets")?.AsMap();
        secrets?.RejectUnknown("scopes");
        return new ConfigurationResource(
            new ApiLists(Rules(api?.Optional("allowed")), Rules(api?.Optional("denied"))),
            [.. (secrets?.Optional("scopes")?.AsList() ?? Enumerable.Empty<YamlNode>()).Select(s => Scope(s.AsMap()))])
        {
            Tracing = spec?.Optional("tracing") is { } tracing ? TracingSettings.Read(tracing.AsMap()) : null,
            Names = spec?.Optional("nameResolution") is { } names ? NamesOptions.Read(names.AsMap()) : null,
        };
    }

    private static ApiRule[] Rules(YamlNode? list) => [.. (list?.AsList() ?? Enumerable.Empty<YamlNode>()).Select(r => Rule(r.AsMap()))];

    private static ApiRule Rule(YamlMap map)
    {
        map.RejectUnknown("name", "version", "protocol");
        return new ApiRule(map.Required("name").AsString(), map.Required("version").AsString(), map.Optional("protocol")?.AsOneOf("http", "grpc") == "grpc");
    }

    private static SecretScope Scope(YamlMap map)
    {
        map.RejectUnknown("storeName", "defaultAccess", "allowedSecrets", "deniedSecrets");
        return new SecretScope(
            map.Required("storeName").AsString(),
            map.Optional("defaultAccess")?.AsOneOf("allow", "deny") != "deny",
            ComponentReader.Strings(map.Optional("allowedSecrets")),
            ComponentReader.Strings(map.Optional("deniedSecrets")));
    }
}
