using OpsMesh.Yaml;

namespace OpsMesh.Sidecar.Peers;

/// <summary>Where the sidecars of a mesh that are processes of their own find each other: nameResolution of a Configuration, component sqlite.</summary>
internal sealed record NamesOptions(string File)
{
    /// <returns>Null for other components: they need a network, and this sidecar stays on its machine.</returns>
    public static NamesOptions? Read(YamlMap nameResolution)
    {
        nameResolution.RejectUnknown("component", "version", "configuration");
        if (nameResolution.Optional("component")?.AsString() != "sqlite")
        {
            return null;
        }

        // The rest of it (table, times) steers daprd only.
        var connection = nameResolution.Required("configuration").AsMap().Required("connectionString");
        var path = connection.AsString();
        path = (path.StartsWith("file:", StringComparison.Ordinal) ? path["file:".Length..] : path).Split('?')[0];
        return path is "" or ":memory:" ? throw connection.Error("must name a file") : new NamesOptions(path);
    }
}
