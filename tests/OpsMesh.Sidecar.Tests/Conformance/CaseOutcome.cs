namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>What became of one case.</summary>
internal enum CaseClass
{
    Passed,
    Deviation,
    Failed,
    OutOfScope,

    /// <summary>Took daprd more than 4 s: only played when all are asked for.</summary>
    Slow,

    /// <summary>No part of the suite plays it yet.</summary>
    NotReplayed,
}

/// <param name="Problem">Why it failed; null otherwise.</param>
internal sealed record CaseOutcome(RecordedCase Case, CaseClass Class, string? Problem, IReadOnlyList<Difference> Differences);
