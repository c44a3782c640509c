namespace OpsMesh.Bench.Harness;

/// <summary>One line of a report.</summary>
internal sealed record Result
{
    /// <summary>What people type after `bench`.</summary>
    public required string Bench { get; init; }

    public required string Case { get; init; }

    public required Spread Value { get; init; }

    public required string Unit { get; init; }

    /// <summary>Null: nothing runs beside it.</summary>
    public PeerFigure? Peer { get; init; }

    /// <summary>CPU microseconds of the measured process for each operation; null where there is no such thing.</summary>
    public double? CpuMicros { get; init; }

    public Goal? Goal { get; init; }

    /// <summary>True: the goal bounds <see cref="Ratio"/>; else the value itself.</summary>
    public bool GoalIsRatio { get; init; }

    /// <summary>Of medians.</summary>
    public double? Ratio => Value.Median / Peer?.Value.Median;

    /// <summary>How much of the CPU that the peer uses; its inverse, so that more is better as in <see cref="Ratio"/>.</summary>
    public double? CpuRatio => Peer?.CpuMicros / CpuMicros;

    public Verdict? Verdict => Goal?.Judge(GoalIsRatio ? Ratio!.Value : Value.Median);
}
