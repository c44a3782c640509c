using System.Diagnostics;
using System.Text.RegularExpressions;

namespace OpsMesh.Cli.Local.Sidecars;

/// <summary>The daprd that somebody installed.</summary>
internal static partial class DaprdProgram
{
    public const string Name = "daprd";
    private const string HowToGet = "Dapr's releases have it (https://github.com/dapr/dapr/releases), and `dapr init --slim` puts it into ~/.dapr/bin.";
    private static readonly Version Oldest = new(1, 18, 3);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <param name="folders">As in PATH.</param>
    /// <exception cref="CliException">There is none, or it is too old.</exception>
    public static async Task<string> FindAsync(string? folders, CancellationToken cancellationToken)
    {
        var path = (folders ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(f => Path.Combine(f, Name)).FirstOrDefault(File.Exists)
            ?? throw new CliException(ExitCodes.ToolMissing, $"{Name} is not on PATH. {HowToGet}");
        var said = await AskAsync(path, cancellationToken);
        if (!Version.TryParse(Number().Match(said).Value, out var version))
        {
            throw new CliException(ExitCodes.ToolMissing, $"{path} --version should say a version from {Oldest} on, and says: {said.Trim()}");
        }

        return version >= Oldest
            ? path
            : throw new CliException(ExitCodes.ToolMissing, $"{path} is {Name} {version}; {Oldest} is the first without known faults in what this mesh uses. {HowToGet}");
    }

    private static async Task<string> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(Limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, ["--version"]) { RedirectStandardOutput = true })!;
            var said = await process.StandardOutput.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return said;
        }
        catch (System.ComponentModel.Win32Exception broken)
        {
            throw new CliException(ExitCodes.ToolMissing, $"{path} does not run: {broken.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.ToolMissing, $"{path} --version does not end.");
        }
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex Number();
}
