using System.Diagnostics;

namespace OpsMesh.Cli.Local;

/// <summary>Real processes: what `up` starts and what it must not leave behind.</summary>
public sealed class LaunchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SupervisedPrograms_AreFoundByTheirMarkAndStopped()
    {
        var layout = MeshLayout.At(_folder.Path);
        layout.Create();
        using var program = Process.Start(Marked("sleep 300", Path.Combine(_folder.Path, "data", "node-1", "agents", "game")))!;
        using var stranger = Process.Start(Marked("sleep 300", "/elsewhere/data/node-1/agents/game"))!;
        while (AgentReaper.Find(layout).Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }

        await AgentReaper.RunAsync(layout, TimeProvider.System, Cancel);

        await program.WaitForExitAsync(Cancel);
        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public async Task MissingSdk_IsSaidWithItsExitCode()
    {
        var tools = Directory.CreateDirectory(Path.Combine(_folder.Path, "bin")).FullName;
        foreach (var tool in (string[])["bash", "readlink", "dirname", "sed"])
        {
            File.CreateSymbolicLink(Path.Combine(tools, tool), Path.Combine("/usr/bin", tool));
        }

        var start = new ProcessStartInfo(Path.Combine(tools, "bash")) { RedirectStandardError = true, ArgumentList = { Path.Combine(Repository.Root, "opsmesh"), "up" } };
        start.Environment["PATH"] = tools;
        using var launcher = Process.Start(start)!;
        var said = await launcher.StandardError.ReadToEndAsync(Cancel);
        await launcher.WaitForExitAsync(Cancel);

        Assert.Equal(ExitCodes.ToolMissing, launcher.ExitCode);
        Assert.Contains("dotnet is not on PATH", said, StringComparison.Ordinal);
    }

    private static ProcessStartInfo Marked(string script, string agent)
    {
        var start = new ProcessStartInfo("sh") { ArgumentList = { "-c", "exec " + script } };
        start.Environment["OPSMESH_LAUNCH"] = agent + "#1";
        return start;
    }
}
