using OpsMesh.Yaml;

namespace OpsMesh.Sidecar.Resources;

/// <summary>Fills the placeholders of component metadata.</summary>
/// <param name="DataFolder">Stands for <c>{data}</c>, which is not daprd's: the runner of the mesh chooses it.</param>
internal sealed record ComponentValues(string? DataFolder, Func<string, string?> Environment)
{
    public string Expand(YamlNode value)
    {
        var text = value.AsString();
        if (!text.Contains("{data}", StringComparison.Ordinal))
        {
            return text.Replace("{uuid}", Guid.NewGuid().ToString("D"), StringComparison.Ordinal);
        }

        return DataFolder is null
            ? throw value.Error("uses {data}, but no data folder was given (--data-folder, or data_folder of the topology)")
            : text.Replace("{data}", Path.GetFullPath(DataFolder), StringComparison.Ordinal);
    }

    /// <summary>The sidecar's own secrets cannot be read through a component.</summary>
    public string FromEnvironment(YamlNode name)
    {
        var variable = name.AsString();
        return variable.StartsWith("DAPR_", StringComparison.Ordinal) || variable == "APP_API_TOKEN"
            ? throw name.Error($"environment variable {variable} may not be read by a component")
            : Environment(variable) ?? "";
    }
}
