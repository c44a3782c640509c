using System.ComponentModel.DataAnnotations;

namespace OpsMesh.TelemetryIngest.Intake;

internal sealed class IntakeOptions
{
    public const string Section = "Intake";

    /// <summary>Most values in one batch. Default 5,000.</summary>
    [Range(1, 100_000)]
    public int MaxValues { get; init; } = 5_000;

    /// <summary>Most values of one metric. Default 64.</summary>
    [Range(1, 1_000)]
    public int MaxValuesPerMetric { get; init; } = 64;

    /// <summary>How far ahead of the server's clock a sample may be. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Ahead { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How old a sample may be. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "400.00:00:00")]
    public TimeSpan Behind { get; init; } = TimeSpan.FromDays(7);
}
