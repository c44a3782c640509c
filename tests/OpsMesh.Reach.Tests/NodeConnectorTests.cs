using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Rpc;

namespace OpsMesh.Reach;

public sealed class NodeConnectorTests
{
    private static readonly NodeDocument Node = new() { NodeId = "n1", AppId = "daemon-n1", Address = "127.0.0.1:9091" };

    private readonly GetStatusResponse _status = new() { NodeId = "n1" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UnaryCalls_PreferDaprAndStreamsDirect()
    {
        var dapr = new ScriptedWay(Way.Dapr, () => _status);
        var direct = new ScriptedWay(Way.Direct, () => new StreamLogsResponse());

        var status = await StatusAsync([dapr, direct]);
        using var stream = (await LogsAsync([dapr, direct])).Value!;

        Assert.Equal(("n1", 1, 1, Way.Direct), (status.Value?.NodeId, dapr.Calls, direct.Calls, stream.Way));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.Cancelled)]
    public async Task WayThatDoesNotLeadThere_GivesPlaceToTheNext(StatusCode code)
    {
        var dapr = new ScriptedWay(Way.Dapr, () => ScriptedWay.Lost(code));
        var direct = new ScriptedWay(Way.Direct, () => _status);

        Assert.Equal("n1", (await StatusAsync([dapr, direct])).Value?.NodeId);
        Assert.Equal((1, 1), (dapr.Calls, direct.Calls));
    }

    [Fact]
    public async Task StreamThatBreaksBeforeItsFirstMessage_FailsOver()
    {
        var direct = new ScriptedWay(Way.Direct, () => ScriptedWay.Lost());
        var dapr = new ScriptedWay(Way.Dapr, () => new StreamLogsResponse());

        using var stream = (await LogsAsync([dapr, direct])).Value!;

        Assert.Equal(Way.Dapr, stream.Way);
        Assert.NotNull((await stream.NextAsync(Token)).Value);
        Assert.Null((await stream.NextAsync(Token)).Value);
    }

    [Fact]
    public async Task TypedRefusalOfTheNode_IsTheAnswer()
    {
        var refusal = new Failure(FailureKind.NotFound, Reasons.AgentUnknown, "no such agent") { Field = "query.agent_id", RetryAfter = TimeSpan.FromSeconds(3) };
        var dapr = new ScriptedWay(Way.Dapr, () => RpcStatusMap.ToRpcException(refusal));
        var direct = new ScriptedWay(Way.Direct, () => _status);

        Assert.Equal(refusal, (await StatusAsync([dapr, direct])).Failure);
        Assert.Equal(0, direct.Calls);
    }

    [Fact]
    public async Task TypedUnavailable_IsTheNodesWordNotTheNetworks()
    {
        var refusal = new Failure(FailureKind.Unavailable, Reasons.Draining, "goes away");
        var dapr = new ScriptedWay(Way.Dapr, () => RpcStatusMap.ToRpcException(refusal));

        Assert.Equal(Reasons.Draining, (await StatusAsync([dapr, new ScriptedWay(Way.Direct, () => _status)])).Failure?.Reason);
    }

    [Fact]
    public async Task NoWayLeadsThere_IsUnreachableWithARetryDelay()
    {
        var closed = new ScriptedWay(Way.Dapr, () => _status) { Closed = NodeFailures.Unreachable("n1", "it has no sidecar.") };
        var direct = new ScriptedWay(Way.Direct, () => ScriptedWay.Lost());

        var failure = (await StatusAsync([closed, direct])).Failure!;

        Assert.Equal((FailureKind.Unavailable, Reasons.NodeUnreachable), (failure.Kind, failure.Reason));
        Assert.NotNull(failure.RetryAfter);
        Assert.Equal((0, 1), (closed.Calls, direct.Calls));
    }

    [Fact]
    public async Task NodeThatMoved_IsReadAnewAndTriedOnceMore()
    {
        var calls = 0;
        var dapr = new ScriptedWay(Way.Dapr, () => ++calls == 1 ? ScriptedWay.Lost() : _status);

        var moved = await StatusAsync([dapr], Node, Node with { Address = "127.0.0.1:9092" });

        Assert.Equal("n1", moved.Value?.NodeId);
    }

    [Fact]
    public async Task UnknownNode_IsNotFound()
    {
        var connector = Connector([], new FixedDirectory());

        var outcome = await connector.CallAsync(
            "n9", Traffic.Read, (daemon, call) => daemon.GetStatusAsync(new GetStatusRequest(), call), Token);

        Assert.Equal((FailureKind.NotFound, Reasons.NodeUnknown), (outcome.Failure?.Kind, outcome.Failure?.Reason));
    }

    [Fact]
    public async Task CallerWhoCancels_IsNotToldThatTheNodeIsAway()
    {
        using var cancelled = new CancellationTokenSource();
        var dapr = new ScriptedWay(Way.Dapr, () =>
        {
            cancelled.Cancel();
            return ScriptedWay.Lost(StatusCode.Cancelled);
        });
        var direct = new ScriptedWay(Way.Direct, () => _status);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Connector([dapr, direct], new FixedDirectory(Node)).CallAsync(
            "n1", Traffic.Read, (daemon, call) => daemon.GetStatusAsync(new GetStatusRequest(), call), cancelled.Token));
        Assert.Equal(0, direct.Calls);
    }

    [Fact]
    public async Task BugOnTheNode_Throws()
    {
        var dapr = new ScriptedWay(Way.Dapr, () => ScriptedWay.Lost(StatusCode.Internal));

        await Assert.ThrowsAsync<RpcException>(() => StatusAsync([dapr]));
    }

    private static Task<Outcome<GetStatusResponse>> StatusAsync(INodeWay[] ways, params NodeDocument[] documents) =>
        Connector(ways, new FixedDirectory(documents.Length == 0 ? [Node] : documents)).CallAsync(
            "n1", Traffic.Read, (daemon, call) => daemon.GetStatusAsync(new GetStatusRequest(), call), Token);

    private static Task<Outcome<NodeMessages<StreamLogsResponse>>> LogsAsync(INodeWay[] ways) =>
        Connector(ways, new FixedDirectory(Node)).OpenAsync(
            "n1", Traffic.Stream, (daemon, call) => daemon.StreamLogs(new StreamLogsRequest(), call), Token);

    private static NodeConnector Connector(INodeWay[] ways, INodeDirectory directory) =>
        new(directory, ways, Options.Create(new ReachOptions()), TimeProvider.System, NullLogger<NodeConnector>.Instance);
}
