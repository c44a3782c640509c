namespace OpsMesh.Cli;

/// <summary>A failure that the message explains fully.</summary>
public sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>Whether the same may work a moment later.</summary>
    public bool IsTransient { get; init; }
}
