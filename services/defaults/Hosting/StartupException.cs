namespace OpsMesh.Hosting;

/// <summary>A start that was refused for a reason that an operator can mend. The message is all they see: no stack trace follows it.</summary>
public sealed class StartupException(string message, int exitCode = ExitCodes.Configuration, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The refusal for a configuration key that has no value; names the environment variable too.</summary>
    public static StartupException Missing(string key) => new(
        $"configuration '{key}' is missing; set it in the environment as OPSMESH_{key.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant()}");
}
