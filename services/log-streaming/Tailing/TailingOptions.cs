using System.ComponentModel.DataAnnotations;

namespace OpsMesh.LogStreaming.Tailing;

/// <summary>Configuration section <c>Tailing</c>.</summary>
internal sealed class TailingOptions
{
    public const string Section = "Tailing";

    /// <summary>A stream that is silent for that long gets a batch without lines. 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A viewer that takes nothing for that long is let go. 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00")]
    public TimeSpan SlowestRead { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Most streams of this process at a time. 1,000.</summary>
    [Range(1, 100_000)]
    public int MostStreams { get; set; } = 1_000;
}
