namespace OpsMesh.Bench.Harness;

/// <summary>A failure that the message explains fully.</summary>
public sealed class BenchException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
