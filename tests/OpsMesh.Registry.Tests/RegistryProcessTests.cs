using Grpc.Core;
using OpsMesh.Contracts.Registry.V1;
using OpsMesh.Testing;

namespace OpsMesh.Registry;

/// <summary>The registry as it runs: a process of its own, a sidecar, mutual TLS.</summary>
public sealed class RegistryProcessTests : IAsyncLifetime
{
    private static readonly TimeSpan TestLimit = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _limit = new(TestLimit, TimeProvider.System);
    private readonly TestMesh _mesh = new();
    private readonly TestApp _app = new("registry", TestPorts.Next());
    private readonly TestService _registry;
    private TestSidecar? _sidecar;

    public RegistryProcessTests() =>
        _registry = new TestService("OpsMesh.Registry", _app, _mesh, ("Heartbeats:Interval", "00:00:01"), ("Liveness:RestartGrace", "00:00:03"));

    public async ValueTask InitializeAsync()
    {
        _sidecar = await TestSidecar.StartAsync([_app], _limit.Token);
        await _registry.StartAsync(_limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        if (_sidecar is not null)
        {
            await _sidecar.DisposeAsync();
        }

        _mesh.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task Node_RegistersIsWatchedAndSurvivesAKilledRegistry()
    {
        using var nodeChannel = _registry.Channel(_mesh.Node(RegistryBench.NodeId), _mesh);
        var node = new RegistryService.RegistryServiceClient(nodeChannel);
        using var peerChannel = _registry.Channel(_mesh.Service("agent-command"), _mesh);
        var nodes = new NodeService.NodeServiceClient(peerChannel);
        using var watch = nodes.WatchNodes(new WatchNodesRequest(), cancellationToken: _limit.Token);

        var session = await node.RegisterNodeAsync(RegistryBench.Request(), cancellationToken: _limit.Token);
        var beat = new HeartbeatRequest { NodeId = RegistryBench.NodeId, SessionEpoch = session.SessionEpoch, Seq = 1 };
        Assert.True((await node.HeartbeatAsync(beat, cancellationToken: _limit.Token)).Success);

        Assert.Equal(NodeState.Online, (await UntilAsync(watch.ResponseStream, NodeState.Online)).State);
        var suspect = await UntilAsync(watch.ResponseStream, NodeState.Suspect);
        Assert.True((await UntilAsync(watch.ResponseStream, NodeState.Offline)).Revision > suspect.Revision);

        await _registry.Process.KillAsync(_limit.Token);
        await _registry.StartAsync(_limit.Token);

        var listed = await nodes.ListNodesAsync(new ListNodesRequest { Hostname = "node-1" }, cancellationToken: _limit.Token);
        Assert.Equal(NodeState.Offline, Assert.Single(listed.Nodes).State);
        beat.Seq++;
        Assert.True((await node.HeartbeatAsync(beat, cancellationToken: _limit.Token)).RegisterAgain);
        Assert.Equal(2ul, (await node.RegisterNodeAsync(RegistryBench.Request(), cancellationToken: _limit.Token)).SessionEpoch);
        Assert.Equal(0, await _registry.Process.StopAsync());
        Assert.DoesNotContain("\"level\":\"error\"", _registry.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongCaller_IsRefused()
    {
        using var channel = _registry.Channel(_mesh.Node(RegistryBench.NodeId), _mesh);
        var node = new RegistryService.RegistryServiceClient(channel);
        using var strangerChannel = _registry.Channel(null, _mesh);
        var stranger = new NodeService.NodeServiceClient(strangerChannel);

        var foreign = await Assert.ThrowsAsync<RpcException>(
            () => node.RegisterNodeAsync(RegistryBench.Request(RegistryBench.Id(2)), cancellationToken: _limit.Token).ResponseAsync);
        var nobody = await Assert.ThrowsAsync<RpcException>(
            () => stranger.ListNodesAsync(new ListNodesRequest(), cancellationToken: _limit.Token).ResponseAsync);
        var empty = await Assert.ThrowsAsync<RpcException>(
            () => node.RegisterNodeAsync(new RegisterNodeRequest(), cancellationToken: _limit.Token).ResponseAsync);

        Assert.Equal(StatusCode.PermissionDenied, foreign.StatusCode);
        Assert.Equal(StatusCode.Unauthenticated, nobody.StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, empty.StatusCode);
    }

    private async Task<Node> UntilAsync(IAsyncStreamReader<WatchNodesResponse> stream, NodeState state)
    {
        while (await stream.MoveNext(_limit.Token))
        {
            if (stream.Current.Node is { } node && node.State == state)
            {
                return node;
            }
        }

        throw new InvalidOperationException($"The watch ended before {state}.");
    }
}
