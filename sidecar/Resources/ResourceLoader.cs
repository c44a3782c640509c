using OpsMesh.Sidecar.Endpoints;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resilience;
using OpsMesh.Yaml;

namespace OpsMesh.Sidecar.Resources;

/// <summary>Reads the YAML files of the resource folders, as daprd does: not recursively, several documents a file.</summary>
internal static class ResourceLoader
{
    private const string Version1 = "dapr.io/v1alpha1";
    private const string Version2 = "dapr.io/v2alpha1";

    /// <exception cref="PlanException">A folder is missing, or a file names what is not understood.</exception>
    public static ResourceSet Load(IEnumerable<string> folders, ComponentValues values)
    {
        List<Component> components = [];
        List<SubscriptionResource> subscriptions = [];
        List<ResiliencyResource> resiliency = [];
        List<HttpEndpointResource> endpoints = [];
        List<string> warnings = [];
        foreach (var file in folders.SelectMany(FilesOf))
        {
            var documents = Read(file);
            for (var i = 0; i < documents.Count; i++)
            {
                Add(documents[i], $"{file}, document {i + 1}", isFirst: i == 0);
            }
        }

        if (components.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1)?.ToArray() is [var first, var second, ..])
        {
            throw new PlanException($"{second.Place}: metadata.name: component '{first.Name}' is already in {first.Place}");
        }

        return new ResourceSet(components, subscriptions, resiliency, endpoints, warnings);

        void Add(YamlMap document, string place, bool isFirst)
        {
            switch (document.Required("apiVersion").AsString(), document.Required("kind").AsString())
            {
                case (Version1, "Component"):
                    components.Add(ComponentReader.Read(document, place, values));
                    break;
                case (Version1 or Version2, "Subscription"):
                    subscriptions.Add(SubscriptionReader.Read(document));
                    break;
                case (Version1, "Resiliency") when !isFirst:
                    // So does daprd, without a word.
                    warnings.Add($"{place}: a Resiliency is read only from the first document of a file; this one has no effect");
                    break;
                case (Version1, "Resiliency"):
                    resiliency.Add(ResiliencyReader.Read(document));
                    break;
                case (Version1, "HTTPEndpoint"):
                    endpoints.Add(HttpEndpointReader.Read(document, values));
                    break;
                case (Version1, "Configuration"):
                    break;
                default:
                    throw document.Required("kind").Error("is not a kind that this sidecar knows (Component, Subscription, Resiliency, HTTPEndpoint, Configuration)");
            }
        }
    }

    private static IEnumerable<string> FilesOf(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new PlanException($"{folder}: the resource folder does not exist");
        }

        return Directory.EnumerateFiles(folder)
            .Where(f => f.EndsWith(".yaml", StringComparison.Ordinal) || f.EndsWith(".yml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }

    private static IReadOnlyList<YamlMap> Read(string file) =>
        [.. YamlDocument.ParseAll(File.ReadAllText(file), file).Select(d => d.AsMap())];
}
