namespace OpsMesh.Segments;

/// <summary>Sizes of a log and what it does when it is full.</summary>
public sealed record SegmentLogOptions
{
    /// <summary>Most bytes of one payload.</summary>
    public const int MaxPayloadBytes = 1024 * 1024;

    /// <summary>Written into each record appended while this log is open. Default 0.</summary>
    public long Epoch { get; init; }

    /// <summary>A segment that has grown to this many bytes is closed. Default 4 MiB.</summary>
    public int SegmentBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Most bytes of all segments, at least twice <see cref="SegmentBytes"/>; null means no quota.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>What an append does that would exceed <see cref="MaxBytes"/>. Default: it is refused.</summary>
    public WhenFull WhenFull { get; init; }

    /// <summary>Called before each step that a crash or a full disk may interrupt; a test throws or copies the folder there.</summary>
    internal Action<string>? Step { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 4096);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, 64 * 1024 * 1024);
        ArgumentOutOfRangeException.ThrowIfNegative(Epoch);
        if (MaxBytes is { } most)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(most, 2L * SegmentBytes);
        }
    }
}
