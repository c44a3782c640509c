using System.Diagnostics;
using System.Net;
using System.Text.Json;
using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.EndToEnd;

/// <summary>What only real processes can show: refusals through all layers, and what an operator's shell sees.</summary>
public sealed class WholeMeshTests(MeshFixture fixture) : IClassFixture<MeshFixture>
{
    private const string Unknown = "01a1fdb0-0000-7000-8000-000000000000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "nodes/" + Unknown, 404, "NODE_UNKNOWN")]
    [InlineData("GET", "nodes/" + Unknown + "/agents", 404, "NODE_UNKNOWN")]
    [InlineData("GET", "nodes?page.size=-1", 400, "OUT_OF_RANGE")]
    [InlineData("GET", "nodes?page.size=1001", 400, "OUT_OF_RANGE")]
    [InlineData("POST", "nodes/{node}/agents/nobody:restart", 404, "AGENT_UNKNOWN")]
    [InlineData("POST", "nodes/{node}/agents/game:explode", 400, "OPERATION_UNKNOWN")]
    [InlineData("POST", "nodes/{node}/agents/BAD%20NAME:restart", 400, "NAME_CHARSET")]
    [InlineData("POST", "nodes/no-such-host/agents/game:restart", 404, "NODE_UNKNOWN")]
    [InlineData("GET", "nodes/{node}/agents/nobody/logs", 404, "AGENT_UNKNOWN")]
    [InlineData("GET", "nodes/{node}/agents/chat/logs?lines=1001", 400, "OUT_OF_RANGE")]
    public async Task BadRequest_IsAnsweredWithItsReason(string method, string path, int status, string reason)
    {
        using var answer = await fixture.Mesh.Client.SendAsync(
            new HttpMethod(method), path.Replace("{node}", fixture.Node("node-1"), StringComparison.Ordinal), method == "POST" ? "{}" : null, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.True((int)answer.StatusCode == status && JsonElement.Parse(body).Text("reason") == reason, $"{(int)answer.StatusCode} {body}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task RequestWithoutAToken_IsUnauthenticated()
    {
        using var answer = await fixture.Mesh.Http.GetAsync(new Uri(fixture.Mesh.Client.Base + "nodes"), Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData(101)]
    [InlineData(103)]
    [InlineData(111)]
    public async Task PlaintextOnANodePort_Fails(int offset)
    {
        var url = new Uri($"http://127.0.0.1:{fixture.Mesh.PortBase + offset}/");

        await Assert.ThrowsAsync<HttpRequestException>(() => fixture.Mesh.Http.GetAsync(url, Cancel));
    }

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
