namespace OpsMesh.Bench.Harness;

/// <summary>A bound that a figure should keep.</summary>
internal sealed record Goal(double Bound, bool IsUpper)
{
    /// <summary>Runs differ: a goal counts as missed only when it is worse than this part of it (in 2 of 3 runs).</summary>
    private const double Tolerance = 0.9;

    public static Goal AtLeast(double bound) => new(bound, IsUpper: false);

    public static Goal AtMost(double bound) => new(bound, IsUpper: true);

    public Verdict Judge(double value) =>
        IsUpper
            ? value <= Bound ? Verdict.Pass : value <= Bound / Tolerance ? Verdict.Near : Verdict.Miss
            : value >= Bound ? Verdict.Pass : value >= Bound * Tolerance ? Verdict.Near : Verdict.Miss;

    public override string ToString() => (IsUpper ? "<= " : ">= ") + Figures.Of(Bound);
}
