namespace OpsMesh.Interop.Matrix;

internal sealed record LegResult(Leg Leg, IReadOnlyList<CaseResult> Cases)
{
    public static LegResult Broken(Leg leg, string why) => new(leg, [.. leg.Cases.Select(name => new CaseResult(name, why, TimeSpan.Zero))]);

    public int Passed => Cases.Count(c => c.Failure is null);

    public IEnumerable<CaseResult> Failures => Cases.Where(c => c.Failure is not null);
}
