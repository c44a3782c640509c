namespace OpsMesh.Cli.Topology;

/// <summary>tye.yaml, with its ports moved to the block of this run.</summary>
internal sealed record TyeTopology(string Name, string ComponentsPath, IReadOnlyList<TyeService> Services)
{
    public const int DefaultPortBase = 7100;

    public TyeService Sidecar => Services.Single(s => s.Kind == ProcessKind.Sidecar);

    public TyeService Console => Services.Single(s => s.Kind == ProcessKind.Console);

    public IEnumerable<TyeService> Of(ProcessKind kind) => Services.Where(s => s.Kind == kind);
}
