namespace OpsMesh.Sidecar.Hosting;

/// <summary>What one sidecar process serves.</summary>
/// <param name="DataFolder">Stands for <c>{data}</c> in component files; null: such a component is refused.</param>
/// <param name="OtlpEndpoint">Null: the standard variables decide whether spans are exported.</param>
internal sealed record SidecarPlan(
    IReadOnlyList<string> ResourcesPaths, string? DataFolder, Uri? OtlpEndpoint, IReadOnlyList<AppPlan> Apps)
{
    /// <summary>Rules by which components go wrong on purpose, for tests; null: they do not.</summary>
    public string? MisbehaviourFile { get; init; }

    /// <summary>Of this process, or what stands in for it: components read it, and secretstores.local.env shows it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = System.Environment.GetEnvironmentVariables()
        .Cast<System.Collections.DictionaryEntry>()
        .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
}
