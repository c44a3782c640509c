using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Transport;

/// <summary>HTTP/2 over a stream of bytes that is no socket, as the tunnel runs it.</summary>
public sealed class ByteStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AllKinds_Work()
    {
        var transport = new ByteStreamTransport();
        await using var server = await StartAsync(transport);
        using var channel = Channel(transport);
        var client = new Echo.EchoClient(channel);

        Assert.Equal("u", (await client.UnaryAsync(new EchoRequest { Text = "u" }, cancellationToken: Token)).Text);

        using var collect = client.Collect(cancellationToken: Token);
        await collect.RequestStream.WriteAsync(new() { Text = "a" }, Token);
        await collect.RequestStream.WriteAsync(new() { Text = "b" }, Token);
        await collect.RequestStream.CompleteAsync();
        Assert.Equal("ab", (await collect).Text);

        using var expand = client.Expand(new() { Count = 500 }, cancellationToken: Token);
        Assert.Equal(500, await expand.ResponseStream.ReadAllAsync(Token).CountAsync(Token));

        using var chat = client.Chat(cancellationToken: Token);
        await chat.RequestStream.WriteAsync(new() { Text = "c" }, Token);
        Assert.True(await chat.ResponseStream.MoveNext(Token));
        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(Token));

        var payload = ByteString.CopyFrom(new byte[(4 * 1024 * 1024) - 100]);
        Assert.Equal(payload, (await client.UnaryAsync(new EchoRequest { Payload = payload }, cancellationToken: Token)).Payload);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task StalledStreams_DoNotBlockAQuickCall()
    {
        var transport = new ByteStreamTransport();
        await using var server = await StartAsync(transport);
        using var channel = Channel(transport);
        var client = new Echo.EchoClient(channel);
        using var first = client.Chat(cancellationToken: Token);
        using var second = client.Chat(cancellationToken: Token);
        var uploads = Task.WhenAll(FillAsync(first), FillAsync(second));

        await server.Log.FirstCall.WaitAsync(Limit, TimeProvider.System, Token);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Token);
        var reply = await client.UnaryAsync(new EchoRequest { Text = "quick" }, cancellationToken: Token)
            .ResponseAsync.WaitAsync(Limit, TimeProvider.System, Token);

        Assert.Equal("quick", reply.Text);
        Assert.False(uploads.IsCompleted);
        first.Dispose();
        second.Dispose();
        await Assert.ThrowsAsync<RpcException>(() => uploads);
        await server.Log.Cancelled.WaitAsync(Limit, TimeProvider.System, Token);
    }

    private static async Task FillAsync(AsyncDuplexStreamingCall<EchoRequest, EchoReply> call)
    {
        var part = new EchoRequest { Behaviour = "stall", Payload = ByteString.CopyFrom(new byte[60_000]) };
        while (true)
        {
            await call.RequestStream.WriteAsync(part, Token);
        }
    }

    private static Task<EchoServer> StartAsync(ByteStreamTransport transport) => EchoServer.StartAsync(
        configure: builder => builder.Services.AddSingleton<IConnectionListenerFactory>(transport),
        kestrel: options =>
        {
            options.Limits.Http2.InitialStreamWindowSize = 256 * 1024;
            options.Limits.Http2.InitialConnectionWindowSize = 16 * 1024 * 1024;
            options.Listen(transport.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
        });

    private static GrpcChannel Channel(ByteStreamTransport transport) => GrpcChannel.ForAddress(
        "http://tunnel", new() { HttpHandler = new SocketsHttpHandler { ConnectCallback = transport.ConnectAsync }, DisposeHttpClient = true });
}
