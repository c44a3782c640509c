using System.Diagnostics;
using OpsMesh.Testing;

namespace OpsMesh.Contracts;

/// <summary>The contract against buf's standard rules (proto/buf.yaml).</summary>
public sealed class LintTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Find(), "tests", "Buf");

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Contract_FollowsTheStandardRules()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "npm")));
        Assert.SkipUnless(onPath, "npm is not installed; ./opsmesh test installs it");

        var (installed, installing) = await RunAsync("npm", "install", "--no-audit", "--no-fund", "--loglevel=error");
        Assert.True(installed == 0, installing);
        var (exitCode, findings) = await RunAsync("npx", "--no-install", "buf", "lint", Path.Combine(RepositoryRoot.Find(), "proto"));

        Assert.True(exitCode == 0, findings);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestEnd);
        var errors = process.StandardError.ReadToEndAsync(TestEnd);
        await process.WaitForExitAsync(TestEnd);
        return (process.ExitCode, await output + await errors);
    }
}
