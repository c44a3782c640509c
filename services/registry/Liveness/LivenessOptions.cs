using System.ComponentModel.DataAnnotations;

namespace OpsMesh.Registry.Liveness;

internal sealed class LivenessOptions
{
    public const string Section = "Liveness";

    /// <summary>Silence that makes a node SUSPECT, in intervals last granted to it. Default 1.5.</summary>
    [Range(1.1, 100)]
    public double SuspectAfter { get; init; } = 1.5;

    /// <summary>Silence that makes a node OFFLINE, in intervals last granted to it. Default 2.4.</summary>
    [Range(1.2, 1000)]
    public double OfflineAfter { get; init; } = 2.4;

    /// <summary>Time after a start of the registry in which a node that has not come back is not judged. Default 120 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RestartGrace { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How often nodes are judged. Default 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A tick that is this late shows that the registry itself stood still; silence then counts from the end of it. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:01:00")]
    public TimeSpan StandstillAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often what was heard is written for other replicas, when it changed. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:01:00")]
    public TimeSpan LivePeriod { get; init; } = TimeSpan.FromSeconds(2);
}
