namespace OpsMesh.Cli;

/// <summary>A failure that the message explains fully.</summary>
public sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
