using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using OpsMesh.Cli;
using OpsMesh.Cli.Local;
using OpsMesh.Cli.Smoke;

namespace OpsMesh.EndToEnd.Mesh;

/// <summary>What an operator's shell sees of a running mesh.</summary>
public sealed class WholeMeshTests(MeshFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SupervisedPrograms_IgnoreNoSignal()
    {
        var agents = (await fixture.Mesh.Client.GetAsync($"nodes/{fixture.Nodes[1]}/agents", Cancel)).Items("agents").ToList();

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
        var (exitCode, output) = await Shell.RunAsync("status", "--json", "--data", fixture.Mesh.Layout.Root);

        var states = JsonElement.Parse(output).Items("processes").ToDictionary(p => p.Text("name"), p => p.Text("state"));
        Assert.Equal(0, exitCode);
        Assert.Equal(10, states.Count);
        Assert.All(states, s => Assert.Equal("ready", s.Value));
    }

    [Fact]
    public async Task SecondUp_IsRefusedAndHarmsNothing()
    {
        var (exitCode, output) = await Shell.RunAsync("up", "--data", fixture.Mesh.Layout.Root, "--port-base", "19000");

        Assert.Equal(ExitCodes.AlreadyUp, exitCode);
        Assert.Contains("already runs", output, StringComparison.Ordinal);
        Assert.NotEmpty((await fixture.Mesh.Client.GetAsync("nodes", Cancel)).Items("nodes"));
    }

    [Fact]
    public async Task UpOnATakenPort_NamesPortAndOwner()
    {
        var folder = Directory.CreateTempSubdirectory("opsmesh-taken-").FullName;

        var (exitCode, output) = await Shell.RunAsync("up", "--data", folder, "--port-base", $"{fixture.Mesh.PortBase}");

        Directory.Delete(folder, recursive: true);
        Assert.Equal(ExitCodes.PortTaken, exitCode);
        Assert.Contains("is taken by pid", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProcessThatCannotComeBackAtOnce_IsTriedAgainAndTheMeshStaysUp()
    {
        var poll = new Poll(TimeProvider.System, Cancel);
        var subscriber = fixture.Mesh.Record("subscriber-csharp");
        subscriber.Stamp.Signal(Posix.KillNow);
        using (var taken = new TcpListener(IPAddress.Loopback, subscriber.Ports["management"]))
        {
            await poll.UntilAsync(() => Task.FromResult(TryStart(taken) ? "" : "the dead process still has its port"));
            await poll.UntilAsync(() => Task.FromResult(
                fixture.Mesh.Log().Split("subscriber-csharp (pid ").Length > 2 ? "" : $"it was not started again without its port:\n{fixture.Mesh.Log()}"));

            var (exitCode, _) = await Shell.RunAsync("status", "--data", fixture.Mesh.Layout.Root);
            Assert.NotEqual(0, exitCode);
        }

        await poll.UntilAsync(async () => await Shell.RunAsync("status", "--data", fixture.Mesh.Layout.Root) is (0, _) ? "" : $"the subscriber is not back:\n{fixture.Mesh.Log()}");
        Assert.False(fixture.Mesh.HasExited);
    }

    private static bool TryStart(TcpListener listener)
    {
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
