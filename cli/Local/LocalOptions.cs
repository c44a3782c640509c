using OpsMesh.Cli.Local.Stores;
using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local;

/// <summary>What was asked of `up`.</summary>
internal sealed record LocalOptions
{
    public static readonly TimeSpan DefaultMetricsInterval = TimeSpan.FromSeconds(10);

    public const string DefaultProfile = "local";

    public int PortBase { get; init; } = TyeTopology.DefaultPortBase;

    /// <summary>Null means `.opsmesh` of the repository.</summary>
    public string? Data { get; init; }

    /// <summary>Folder of components/ with what keeps state and events.</summary>
    public string Profile { get; init; } = DefaultProfile;

    /// <summary>A server that runs already, in libpq's words; null: one of our own, where the profile wants one.</summary>
    public string? Postgres { get; init; }

    /// <summary>A server that runs already; null: one of our own, where the profile wants one.</summary>
    public RedisAddress? Redis { get; init; }

    /// <summary>Path of a daprd, one of which runs beside each application; null: the sidecar of this repository, one for all.</summary>
    public string? Daprd { get; init; }

    /// <summary>How often the nodes measure and send.</summary>
    public TimeSpan MetricsInterval { get; init; } = DefaultMetricsInterval;

    /// <summary>Start a process again that ended, as systemd would. Default: it stays ended and the exit code says so.</summary>
    public bool Respawn { get; init; }
}
