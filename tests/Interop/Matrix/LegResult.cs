namespace OpsMesh.Interop.Matrix;

internal sealed record LegResult(Leg Leg, IReadOnlyList<CaseResult> Cases)
{
    public int Passed => Cases.Count(c => c.Failure is null);

    public IEnumerable<CaseResult> Failures => Cases.Where(c => c.Failure is not null);
}
