using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Calls;

public sealed class CancellationTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CallersToken_ReachesTheHandler(bool sockets)
    {
        await using var server = sockets ? await EchoServer.StartAsync() : await EchoServer.StartInProcessAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var call = server.Client().UnaryAsync(new EchoRequest { Behaviour = "hang" }, cancellationToken: leaving.Token);
        await server.Log.FirstCall.WaitAsync(Limit, TimeProvider.System, Token);
        await leaving.CancelAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        await server.Log.Cancelled.WaitAsync(Limit, TimeProvider.System, Token);
        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task WriteGivenUpByItsOwnToken_LeavesTheCallAlive()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().Expand(
            new() { Behaviour = "impatient", Count = 3, Text = "after", Payload = ByteString.CopyFrom(new byte[100_000]) }, cancellationToken: Token);
        while (!server.Log.Lines.Contains("gave up"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }

        server.Log.Release();
        var texts = await call.ResponseStream.ReadAllAsync(Token).Select(reply => reply.Text).ToListAsync(Token);

        Assert.Equal(["filler", "after", "after", "after"], [texts[0], .. texts[^3..]]);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task CancelledCall_ThrowsOperationCanceledWhenAsked()
    {
        await using var server = await EchoServer.StartAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var call = server.Client(options => options.ThrowOperationCanceledOnCancellation = true)
            .UnaryAsync(new EchoRequest { Behaviour = "hang" }, cancellationToken: leaving.Token);
        await server.Log.FirstCall.WaitAsync(Limit, TimeProvider.System, Token);
        await leaving.CancelAsync();

        var failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseAsync);
        Assert.Equal(leaving.Token, failure.CancellationToken);
    }

    [Fact]
    public async Task DisposedStream_ReachesTheHandler()
    {
        await using var server = await EchoServer.StartAsync();
        var call = server.Client().Expand(new() { Count = 1, Behaviour = "hang" }, cancellationToken: Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));

        call.Dispose();

        await server.Log.Cancelled.WaitAsync(Limit, TimeProvider.System, Token);
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token))).StatusCode);
    }

    [Fact]
    public async Task CancelledRead_EndsTheCall()
    {
        await using var server = await EchoServer.StartAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var call = server.Client().Expand(new() { Count = 1, Behaviour = "hang" }, cancellationToken: Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));

        var read = call.ResponseStream.MoveNext(leaving.Token);
        await leaving.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => read)).StatusCode);
        await server.Log.Cancelled.WaitAsync(Limit, TimeProvider.System, Token);
    }

    [Fact]
    public async Task DisposedChannel_CancelsItsCalls()
    {
        await using var server = await EchoServer.StartAsync();
        var channel = server.Channel();
        var call = new Echo.EchoClient(channel).UnaryAsync(new EchoRequest { Behaviour = "hang" }, cancellationToken: Token);
        await server.Log.FirstCall.WaitAsync(Limit, TimeProvider.System, Token);

        channel.Dispose();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        Assert.Throws<ObjectDisposedException>(() => channel.CreateCallInvoker());
    }

    [Fact]
    public async Task ConcurrentWrites_AreRefused()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().Chat(cancellationToken: Token);
        var big = new EchoRequest { Behaviour = "stall", Payload = Google.Protobuf.ByteString.CopyFrom(new byte[3_000_000]) };

        // Nobody reads: the window fills, and a write stays open.
        var writes = Task.CompletedTask;
        for (var i = 0; i < 10 && writes.IsCompleted; i++)
        {
            writes = call.RequestStream.WriteAsync(big, Token);
            await Task.WhenAny(writes, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Token));
        }

        Assert.False(writes.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(big, Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.CompleteAsync());
        call.Dispose();
        await Assert.ThrowsAsync<RpcException>(() => writes);
    }
}
