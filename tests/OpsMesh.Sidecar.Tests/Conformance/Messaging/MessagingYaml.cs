using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>The resources of a pub/sub set-up, without the components that this sidecar does not have.</summary>
internal static class MessagingYaml
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Named = new(() => Recordings.All()
        .Where(c => c.Name.Contains("/resources/", StringComparison.Ordinal))
        .DistinctBy(c => c.Name.Split('/')[^1])
        .ToDictionary(c => c.Name.Split('/')[^1], c => c.Yaml, StringComparer.Ordinal));

    /// <param name="text">The resources, or their name at the top of the file.</param>
    public static string Components(string text, int? redisPort)
    {
        var yaml = Named.Value.GetValueOrDefault(text) ?? text;
        var kept = yaml.Split("---\n").Where(d => d.Contains("kind:", StringComparison.Ordinal)
            && !d.Contains("pubsub.rabbitmq", StringComparison.Ordinal)
            && !d.Contains("pubsub.jetstream", StringComparison.Ordinal)
            && (redisPort is not null || !d.Contains("pubsub.redis", StringComparison.Ordinal)));
        return string.Join("---\n", kept)
            .Replace("127.0.0.1:6379", $"127.0.0.1:{redisPort}", StringComparison.Ordinal)
            .Replace("127.0.0.1:22990", $"127.0.0.1:{redisPort}", StringComparison.Ordinal);
    }

    public static string InMemory(params ReadOnlySpan<string> names) => string.Join("---\n", [.. names.ToArray().Select(n => Component(n, "pubsub.in-memory", "[]"))]);

    public static string Redis(string name, int port, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var metadata = more.ToArray().Prepend(("redisHost", $"127.0.0.1:{port}")).Select(m => $"{{ name: {m.Item1}, value: \"{m.Item2}\" }}");
        return Component(name, "pubsub.redis", $"[{string.Join(", ", metadata)}]");
    }

    /// <summary>A Resiliency that tries events of one component again.</summary>
    public static string Retry(string component, string duration, int retries) => $$"""
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata: { name: r }
        spec:
          policies: { retries: { again: { policy: constant, duration: {{duration}}, maxRetries: {{retries}} } } }
          targets: { components: { {{component}}: { inbound: { retry: again } } } }

        """;

    public static string Resiliency(JsonObject setup) =>
        setup["resiliency"] is JsonValue text ? Named.Value.GetValueOrDefault(text.GetValue<string>()) ?? text.GetValue<string>() : "";

    public static SidecarSetup Setup(string appId, string folder, string components, string resiliency = "", RecordingApp? app = null, string? config = null)
    {
        var resources = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, yaml) in new[] { ("components", components), ("resiliency", resiliency) })
        {
            if (yaml.Length > 0)
            {
                resources[name] = yaml;
            }
        }

        return new SidecarSetup(appId, folder)
        {
            Resources = resources,
            Config = config,
            Args = app is null ? [] : ["--app-port", $"{app.Port}", "--app-protocol", app.Protocol],
        };
    }

    private static string Component(string name, string type, string metadata) =>
        $"apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\nspec: {{ type: {type}, version: v1, metadata: {metadata} }}\n";
}
