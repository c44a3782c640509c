using Grpc.Core;
using OpsMesh.AgentCommand.Fakes;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Sessions;

public sealed class ConnectTests : IAsyncLifetime
{
    private readonly Bench _bench = new();
    private SessionServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await SessionServer.StartAsync(_bench);

    [Fact]
    public async Task Hello_IsAnsweredWithWhatTheNodeHasToKnow()
    {
        using var stream = _server.Connect();

        await stream.RequestStream.WriteAsync(new ConnectRequest { Hello = Bench.Hello() }, Token);
        Assert.True(await stream.ResponseStream.MoveNext(Token));

        var reply = stream.ResponseStream.Current.HelloReply;
        Assert.Equal((1UL, false, 20L), (reply.RouteEpoch, reply.NeedFullState, reply.PingInterval.Seconds));
    }

    [Fact]
    public async Task EndOfACommand_IsAcknowledgedOnceItIsDurable()
    {
        using var stream = await HelloAsync();
        _bench.Daemon.Answers(Some.Progress(CommandState.Succeeded, "DONE"));

        var command = (await _bench.OperateAsync()).Value!;

        Assert.True(await stream.ResponseStream.MoveNext(Token));
        Assert.Equal([command.CommandId], stream.ResponseStream.Current.HelloReply.AckedResults);
    }

    [Fact]
    public async Task PongsAnswerPings_SessionLasts()
    {
        _bench.SessionOptions.Value.PingInterval = TimeSpan.FromSeconds(1);
        using var stream = await HelloAsync();

        for (var i = 0; i < 4; i++)
        {
            Assert.True(await stream.ResponseStream.MoveNext(Token));
            await stream.RequestStream.WriteAsync(new ConnectRequest { Pong = new Pong { Seq = stream.ResponseStream.Current.Ping.Seq } }, Token);
        }

        await stream.RequestStream.CompleteAsync();
        while (await stream.ResponseStream.MoveNext(Token))
        {
        }

        Assert.Equal(StatusCode.OK, stream.GetStatus().StatusCode);
        Assert.Equal(0, _bench.Sessions.Count);
    }

    [Fact]
    public async Task SilentNode_IsEnded()
    {
        _bench.SessionOptions.Value.PingInterval = TimeSpan.FromMilliseconds(50);
        using var stream = await HelloAsync();

        Assert.Equal(StatusCode.DeadlineExceeded, await EndAsync(stream));
    }

    [Fact]
    public async Task NewerStream_EndsTheOlder()
    {
        using var older = await HelloAsync();
        using var newer = await HelloAsync();

        Assert.Equal(StatusCode.Aborted, await EndAsync(older));
        Assert.Equal(2UL, _bench.Sessions.Find(Some.Node)?.RouteEpoch);
    }

    [Fact]
    public async Task AnotherNodesId_IsRefused()
    {
        using var stream = _server.Connect();
        await stream.RequestStream.WriteAsync(new ConnectRequest { Hello = new NodeHello { NodeId = Some.OtherNode, DaemonEpoch = 1 } }, Token);

        Assert.Equal(StatusCode.PermissionDenied, await EndAsync(stream));
    }

    [Fact]
    public async Task NoHelloFirst_IsRefused()
    {
        using var stream = _server.Connect();
        await stream.RequestStream.WriteAsync(new ConnectRequest { Pong = new Pong() }, Token);

        Assert.Equal(StatusCode.InvalidArgument, await EndAsync(stream));
    }

    [Fact]
    public async Task StoreDown_SendsTheNodeAway()
    {
        _bench.Ledger.Down = true;
        using var stream = _server.Connect();
        await stream.RequestStream.WriteAsync(new ConnectRequest { Hello = Bench.Hello() }, Token);

        Assert.Equal(StatusCode.Unavailable, await EndAsync(stream));
    }

    [Fact]
    public async Task ProcessStops_TellsTheNodeThenEndsInOrder()
    {
        _bench.SessionOptions.Value.DrainGrace = TimeSpan.FromMilliseconds(50);
        using var stream = await HelloAsync();

        _bench.StopApplication();

        Assert.True(await stream.ResponseStream.MoveNext(Token));
        Assert.Equal(ConnectResponse.FrameOneofCase.Draining, stream.ResponseStream.Current.FrameCase);
        Assert.False(await stream.ResponseStream.MoveNext(Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _bench.DisposeAsync();
    }

    private async Task<AsyncDuplexStreamingCall<ConnectRequest, ConnectResponse>> HelloAsync()
    {
        var stream = _server.Connect();
        await stream.RequestStream.WriteAsync(new ConnectRequest { Hello = Bench.Hello() }, Token);
        Assert.True(await stream.ResponseStream.MoveNext(Token));
        return stream;
    }

    private static async Task<StatusCode> EndAsync(AsyncDuplexStreamingCall<ConnectRequest, ConnectResponse> stream)
    {
        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await stream.ResponseStream.MoveNext(Token))
            {
            }
        });
        return ended.StatusCode;
    }
}
