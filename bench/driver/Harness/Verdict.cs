namespace OpsMesh.Bench.Harness;

internal enum Verdict
{
    Pass,

    /// <summary>Worse than the goal, by less than a tenth: not a miss.</summary>
    Near,

    Miss,
}
