using System.Diagnostics;

namespace OpsMesh.Testing;

/// <summary>Programs of other languages that a test runs to their end.</summary>
public static class TestTools
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Full path; null when it is not on PATH.</summary>
    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Exactly what the lock file of the folder says.</summary>
    public static Task<(int ExitCode, string Output)> InstallNpmAsync(string folder) => RunAsync(folder, "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);

    /// <returns>Both streams, one behind the other.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Xunit.TestContext.Current.CancellationToken);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
