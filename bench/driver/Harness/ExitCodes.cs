namespace OpsMesh.Bench.Harness;

/// <summary>As everywhere in opsmesh.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>A goal is missed, or a subject failed.</summary>
    public const int Failed = 1;
    public const int BadArguments = 2;
    public const int ToolMissing = 4;
    public const int Interrupted = 130;
}
