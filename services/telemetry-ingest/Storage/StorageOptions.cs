using System.ComponentModel.DataAnnotations;

namespace OpsMesh.TelemetryIngest.Storage;

internal sealed class StorageOptions
{
    public const string Section = "Samples";

    /// <summary>How long raw samples are kept. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "400.00:00:00")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);
}
