using System.Diagnostics;

namespace OpsMesh.Bench.Harness;

/// <summary>Programs of the distribution that benches start.</summary>
internal sealed class Tools(Progress progress)
{
    public static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <exception cref="BenchException">The program is missing and cannot be installed here.</exception>
    public async Task NeedAsync(string program, string package, CancellationToken cancellationToken)
    {
        if (IsOnPath(program))
        {
            return;
        }

        if (!IsOnPath("apt-get") || Environment.UserName != "root")
        {
            throw new BenchException(
                ExitCodes.ToolMissing, $"{program} is not on PATH and cannot be installed here (no apt-get, or not root). Debian has it in {package}.");
        }

        progress.Say($"installing {package} for {program}");
        if (!await RunAsync(["apt-get", "update", "-q"], cancellationToken)
            || !await RunAsync(["apt-get", "install", "-y", "-q", "--no-install-recommends", package], cancellationToken)
            || !IsOnPath(program))
        {
            throw new BenchException(ExitCodes.ToolMissing, $"apt-get could not install {package}. Install {program} by hand and try again.");
        }
    }

    private static async Task<bool> RunAsync(string[] command, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start) ?? throw new InvalidOperationException("No process came of the start.");
        process.StandardInput.Close();
        await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0;
    }
}
