using System.ComponentModel.DataAnnotations;

namespace OpsMesh.Registry.Heartbeats;

internal sealed class HeartbeatOptions
{
    public const string Section = "Heartbeats";

    /// <summary>Time between two heartbeats of a node, before jitter. Default 10 s; 5-60 s in production.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:01:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Part of the interval by which a granted one differs at most. Default 0.1.</summary>
    [Range(0.0, 0.5)]
    public double Jitter { get; init; } = 0.1;

    /// <summary>Skew of a node's clock that is worth a log line. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SkewFlag { get; init; } = TimeSpan.FromSeconds(30);
}
