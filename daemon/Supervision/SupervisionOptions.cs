namespace OpsMesh.Daemon.Supervision;

/// <summary>What is supervised and where it lives.</summary>
internal sealed record SupervisionOptions
{
    /// <summary>The daemon's data folder; agents are below it in agents/ID.</summary>
    public required string DataFolder { get; init; }

    public IReadOnlyList<AgentSpec> Agents { get; init; } = [];

    public RestartOptions Restart { get; init; } = new();
}
