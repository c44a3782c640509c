namespace OpsMesh.Bench.Harness;

/// <summary>Which core a process stays on.</summary>
internal enum Placement
{
    Anywhere,

    /// <summary>What is measured has a core of its own.</summary>
    Measured,

    /// <summary>What loads it, or serves it.</summary>
    Other,
}
