using System.Runtime.Versioning;
using OpsMesh.Cli;
using OpsMesh.Cli.Local;
using OpsMesh.Cli.Smoke;
using OpsMesh.Testing;

namespace OpsMesh.EndToEnd.Mesh;

/// <summary>`up --profile redis-postgres`: state and events in servers that come with the mesh, or in those that were named.</summary>
[SupportedOSPlatform("linux")]
[Collection(OneMeshAtATime.Name)]
public sealed class RedisPostgresTests : IAsyncLifetime
{
    private static readonly TimeSpan UpLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly PortBlock _ports = SmokeMesh.ClaimPorts();
    private readonly string _root = Directory.CreateTempSubdirectory("opsmesh stores ").FullName;
    private SmokeMesh? _mesh;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await (_mesh?.EnsureGoneAsync() ?? Task.CompletedTask);
        _mesh?.Dispose();
        _ports.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Mesh_StoresDeliversAndLeavesNothing()
    {
        Assert.SkipUnless(TestPostgres.IsInstalled && TestRedis.IsInstalled, "PostgreSQL or Redis is not installed; ./opsmesh test installs them");
        var poll = new Poll(TimeProvider.System, Cancel);
        _mesh = SmokeMesh.Start(_root, _ports.Base, "--profile", "redis-postgres");
        await _mesh.WaitUntilUpAsync(poll, UpLimit);
        var agents = new AgentSteps(_mesh, poll);
        await using var stranger = await NodeSubscriber.JoinAsync(_mesh.Layout);

        await agents.RestartAsync();
        await agents.EventAsync();
        await poll.UntilAsync(() => Task.FromResult(stranger.Saw("agent-state", "\"agent_id\":\"game\"", "\"generation\":2") ? "" : $"the subscriber in JavaScript says:\n{stranger.Output}"));
        await stranger.DisposeAsync();
        var (status, shown) = await Shell.RunAsync("status", "--data", _mesh.Layout.Root);
        var exitCode = await _mesh.StopAsync(StopLimit, Cancel);

        Assert.True(status == ExitCodes.Ok, shown);
        Assert.Contains("PostgreSQL: state", _mesh.Log(), StringComparison.Ordinal);
        Assert.Contains("postgres", shown, StringComparison.Ordinal);
        Assert.Contains("redis", shown, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, exitCode);
        Assert.Contains("postgres stopped", _mesh.Log().Split("sidecar stopped")[^1], StringComparison.Ordinal);
        Assert.Empty(Residue.Processes(_mesh.Layout.Root));
        Assert.Empty(Residue.OpenPorts(_ports.Base));
    }

    [Fact]
    public async Task DaprdBesideEachApplication_MakesTheSameMesh()
    {
        Assert.SkipUnless(TestPostgres.IsInstalled && TestRedis.IsInstalled, "PostgreSQL or Redis is not installed; ./opsmesh test installs them");
        var poll = new Poll(TimeProvider.System, Cancel);
        // Nobody can install a real one here: this repository's own takes the same flags, and one process serves one application.
        var programs = Directory.CreateDirectory(Path.Combine(_root, "bin")).FullName;
        var daprd = Path.Combine(programs, "daprd");
        await File.WriteAllTextAsync(daprd, $"#!/bin/bash\nexec '{DotnetHost.Path}' '{Repository.Assembly("OpsMesh.Sidecar")}' \"$@\"\n", Cancel);
        File.SetUnixFileMode(daprd, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _mesh = SmokeMesh.Start(_root, _ports.Base, programs, ["--sidecar", "daprd"]);
        await _mesh.WaitUntilUpAsync(poll, UpLimit);
        var agents = new AgentSteps(_mesh, poll);

        await agents.RestartAsync();
        await agents.EventAsync();
        var (status, shown) = await Shell.RunAsync("status", "--data", _mesh.Layout.Root);
        var exitCode = await _mesh.StopAsync(StopLimit, Cancel);

        Assert.True(status == ExitCodes.Ok, shown);
        Assert.Contains("daprd-registry", shown, StringComparison.Ordinal);
        Assert.Contains("daprd-node-3", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("sidecar is ready", _mesh.Log(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, exitCode);
        Assert.Empty(Residue.Processes(_mesh.Layout.Root));
        Assert.Empty(Residue.OpenPorts(_ports.Base));
    }

    [Fact]
    public async Task UnreachableServer_EndsUpAndIsNamed()
    {
        Assert.SkipUnless(TestRedis.IsInstalled, "Redis is not installed; ./opsmesh test installs it");
        _mesh = SmokeMesh.Start(_root, _ports.Base, "--profile", "redis-postgres", "--postgres", "host=127.0.0.1 port=1 user=x dbname=y");

        var exitCode = await _mesh.WaitForEndAsync(UpLimit, Cancel);

        Assert.Equal(ExitCodes.ChildFailed, exitCode);
        Assert.Contains("statestore.yaml", _mesh.Log(), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", _mesh.Log(), StringComparison.Ordinal);
        Assert.Empty(Residue.Processes(_mesh.Layout.Root));
    }

    [Fact]
    public async Task KilledUp_LeavesServersThatTheNextOneStops()
    {
        Assert.SkipUnless(TestPostgres.IsInstalled && TestRedis.IsInstalled, "PostgreSQL or Redis is not installed; ./opsmesh test installs them");
        var poll = new Poll(TimeProvider.System, Cancel);
        _mesh = SmokeMesh.Start(_root, _ports.Base, "--profile", "redis-postgres");
        await poll.UntilAsync(() => Task.FromResult(_mesh.Log().Contains("sidecar is ready", StringComparison.Ordinal) ? "" : $"`up` says:\n{_mesh.Log()}"));
        Posix.Signal(_mesh.Pid, Posix.KillNow);
        await _mesh.WaitForEndAsync(StopLimit, Cancel);

        var (exitCode, shown) = await Shell.RunAsync("down", "--data", _mesh.Layout.Root);

        Assert.True(exitCode == ExitCodes.Ok, shown);
        Assert.Empty(Residue.Processes(_mesh.Layout.Root));
    }
}
