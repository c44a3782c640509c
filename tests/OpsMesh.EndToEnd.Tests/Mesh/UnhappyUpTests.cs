using OpsMesh.Cli;
using OpsMesh.Cli.Local;
using OpsMesh.Cli.Smoke;

namespace OpsMesh.EndToEnd.Mesh;

/// <summary>`up` when something is in its way, or its user has no patience.</summary>
[Collection(OneMeshAtATime.Name)]
public sealed class UnhappyUpTests : IAsyncLifetime
{
    private const int SigInt = 2;
    private const int SigStop = 19;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>A stopped service that is waited for takes 28 s.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(20);

    private readonly PortBlock _ports = SmokeMesh.ClaimPorts();
    private readonly string _root = Directory.CreateTempSubdirectory("opsmesh-unhappy-").FullName;
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
    public async Task ProcessThatEndsWhileStarting_EndsUpWithItsLog()
    {
        var store = Directory.CreateDirectory(Path.Combine(_root, "mesh", "data", "sidecar"));
        await File.WriteAllTextAsync(Path.Combine(store.FullName, "statestore.db"), "This is no database, and long enough to be taken for one. " + new string('x', 4096), Cancel);

        _mesh = SmokeMesh.Start(_root, _ports.Base);
        var exitCode = await _mesh.WaitForEndAsync(Limit, Cancel);

        Assert.True(exitCode == ExitCodes.ChildFailed, $"{exitCode}: {_mesh.Log()}");
        Assert.Contains("sidecar ended with exit code", _mesh.Log(), StringComparison.Ordinal);
        Assert.Empty(Residue.Processes(_mesh.Layout.Root));
    }

    [Fact]
    public async Task SecondInterrupt_WaitsForNobody()
    {
        _mesh = SmokeMesh.Start(_root, _ports.Base);
        var poll = new Poll(TimeProvider.System, Cancel);
        await poll.UntilAsync(() => Task.FromResult(_mesh.Log().Contains("registry is ready", StringComparison.Ordinal) ? "" : $"`up` says:\n{_mesh.Log()}"));
        var registry = _mesh.Record("registry");
        registry.Stamp.Signal(SigStop);

        Posix.Signal(_mesh.Pid, SigInt);
        await poll.UntilAsync(() => Task.FromResult(_mesh.Log().Contains("stopping", StringComparison.Ordinal) ? "" : $"`up` says:\n{_mesh.Log()}"));
        Posix.Signal(_mesh.Pid, SigInt);
        await _mesh.WaitForEndAsync(AtOnce, Cancel);

        Assert.Contains("registry had to be killed", _mesh.Log(), StringComparison.Ordinal);
        Assert.Empty(Residue.Processes(_mesh.Layout.Root));
    }
}
