using System.Diagnostics;
using System.Text.Json;
using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.EndToEnd;

/// <summary>What an operator's shell sees of a running mesh.</summary>
public sealed class WholeMeshTests(MeshFixture fixture) : IClassFixture<MeshFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SupervisedPrograms_IgnoreNoSignal()
    {
        var agents = (await fixture.Mesh.Client.GetAsync($"nodes/{fixture.Node("node-2")}/agents", Cancel)).Items("agents").ToList();

        Assert.Equal(2, agents.Count);
        foreach (var agent in agents)
        {
            // A .NET program ignores SIGPIPE itself (bit 12); nothing else may be ignored.
            var ignored = (await File.ReadAllLinesAsync($"/proc/{agent.Text("pid")}/status", Cancel)).First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)).Split('\t')[1];
            Assert.Equal(0, Convert.ToInt64(ignored, 16) & ~(1L << 12));
        }
    }

    [Fact]
    public async Task Status_ShowsEveryProcessReady()
    {
        var (exitCode, output) = await RunAsync("status", "--json", "--data", fixture.Mesh.Layout.Root);

        var states = JsonElement.Parse(output).Items("processes").ToDictionary(p => p.Text("name"), p => p.Text("state"));
        Assert.Equal(0, exitCode);
        Assert.Equal(10, states.Count);
        Assert.All(states, s => Assert.Equal("ready", s.Value));
    }

    [Fact]
    public async Task SecondUp_IsRefusedAndHarmsNothing()
    {
        var (exitCode, output) = await RunAsync("up", "--data", fixture.Mesh.Layout.Root, "--port-base", "19000");

        Assert.Equal(ExitCodes.AlreadyUp, exitCode);
        Assert.Contains("already runs", output, StringComparison.Ordinal);
        Assert.NotEmpty((await fixture.Mesh.Client.GetAsync("nodes", Cancel)).Items("nodes"));
    }

    [Fact]
    public async Task UpOnATakenPort_NamesPortAndOwner()
    {
        using var folder = new TempFolder();
        var portBase = fixture.Mesh.PortBase;

        var (exitCode, output) = await RunAsync("up", "--data", folder.Path, "--port-base", $"{portBase}");

        Assert.Equal(ExitCodes.PortTaken, exitCode);
        Assert.Contains("is taken by pid", output, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(DotnetHost.Path) { RedirectStandardOutput = true, RedirectStandardError = true, ArgumentList = { Repository.Assembly("OpsMesh.Cli") } };
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output + await errors);
    }
}
