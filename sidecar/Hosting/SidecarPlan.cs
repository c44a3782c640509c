namespace OpsMesh.Sidecar.Hosting;

/// <summary>What one sidecar process serves.</summary>
/// <param name="DataFolder">Stands for <c>{data}</c> in component files; null: such a component is refused.</param>
/// <param name="OtlpEndpoint">Null: the standard variables decide whether spans are exported.</param>
internal sealed record SidecarPlan(
    IReadOnlyList<string> ResourcesPaths, string? DataFolder, Uri? OtlpEndpoint, IReadOnlyList<AppPlan> Apps);
