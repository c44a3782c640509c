using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Calls;

/// <summary>The four kinds of call; in process and over sockets.</summary>
public sealed class CallKindTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unary_IsAnswered(bool sockets)
    {
        await using var server = await StartAsync(sockets);
        var client = server.Client();

        var call = client.UnaryAsync(new EchoRequest { Text = "hello" }, cancellationToken: Token);

        Assert.Equal("hello", (await call).Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task BlockingUnary_IsAnswered()
    {
        await using var server = await StartAsync(true);

        Assert.Equal("hello", server.Client().Unary(new EchoRequest { Text = "hello" }, cancellationToken: Token).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientStream_IsCollected(bool sockets)
    {
        await using var server = await StartAsync(sockets);
        using var call = server.Client().Collect(cancellationToken: Token);

        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new() { Text = "x", Payload = ByteString.CopyFrom(new byte[10_000]) }, Token);
        }

        await call.RequestStream.CompleteAsync();
        var reply = await call;

        Assert.Equal(100, reply.Index);
        Assert.Empty(server.Errors.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ServerStream_ArrivesInOrder(bool sockets)
    {
        await using var server = await StartAsync(sockets);
        using var call = server.Client().Expand(new() { Text = "x", Count = 1000 }, cancellationToken: Token);

        var next = 0;
        await foreach (var reply in call.ResponseStream.ReadAllAsync(Token))
        {
            Assert.Equal(next++, reply.Index);
        }

        Assert.Equal(1000, next);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(server.Errors.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EmptyServerStream_EndsWell(bool sockets)
    {
        await using var server = await StartAsync(sockets);
        using var call = server.Client().Expand(new() { Count = 0 }, cancellationToken: Token);

        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Duplex_PingPongs(bool sockets)
    {
        await using var server = await StartAsync(sockets);
        using var call = server.Client().Chat(cancellationToken: Token);

        for (var i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync(new() { Text = $"{i}" }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal($"{i}", call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.Empty(server.Errors.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LargeMessage_GoesBothWays(bool sockets)
    {
        await using var server = await StartAsync(sockets);
        var payload = ByteString.CopyFrom(new byte[(4 * 1024 * 1024) - 100]);

        var reply = await server.Client().UnaryAsync(new EchoRequest { Payload = payload }, cancellationToken: Token);

        Assert.Equal(payload, reply.Payload);
    }

    private static Task<EchoServer> StartAsync(bool sockets) => sockets ? EchoServer.StartAsync() : EchoServer.StartInProcessAsync();
}
