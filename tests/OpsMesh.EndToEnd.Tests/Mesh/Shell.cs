using System.Diagnostics;
using OpsMesh.Cli;

namespace OpsMesh.EndToEnd.Mesh;

internal static class Shell
{
    /// <summary>Runs `opsmesh` as built, without the launcher.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var end = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(DotnetHost.Path, [Repository.Assembly("OpsMesh.Cli"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(end);
        var output = await process.StandardOutput.ReadToEndAsync(end);
        await process.WaitForExitAsync(end);
        return (process.ExitCode, output + await errors);
    }
}
