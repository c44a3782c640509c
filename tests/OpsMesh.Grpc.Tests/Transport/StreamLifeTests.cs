using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Transport;

/// <summary>Streams that live long: idle, large, and through a shutdown.</summary>
public sealed class StreamLifeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task IdleStream_OutlivesKestrelsRateLimit()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().Chat(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new() { Text = "before" }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));

        await Task.Delay(TimeSpan.FromSeconds(7), TimeProvider.System, Token);

        await call.RequestStream.WriteAsync(new() { Text = "after" }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal("after", call.ResponseStream.Current.Text);
    }

    [Fact]
    public async Task BulkUpload_OutgrowsKestrelsBodyLimit()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().Collect(cancellationToken: Token);
        var part = new EchoRequest { Payload = ByteString.CopyFrom(new byte[1_000_000]) };

        for (var i = 0; i < 40; i++)
        {
            await call.RequestStream.WriteAsync(part, Token);
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal(40, (await call).Index);
    }

    [Fact]
    public async Task Shutdown_EndsStreamsWithUnavailable()
    {
        await using var server = await EchoServer.StartAsync(configure: Grace);
        var client = server.Client();
        using var watch = client.Expand(new() { Count = 1, Behaviour = "hang" }, cancellationToken: Token);
        using var chat = client.Chat(cancellationToken: Token);
        Assert.True(await watch.ResponseStream.MoveNext(Token));
        await chat.RequestStream.WriteAsync(new(), Token);
        Assert.True(await chat.ResponseStream.MoveNext(Token));
        var started = Stopwatch.StartNew();

        var stopping = server.App.StopAsync(Token);
        var watchEnd = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Token));
        var chatEnd = await Assert.ThrowsAsync<RpcException>(() => chat.ResponseStream.MoveNext(Token));
        await stopping.WaitAsync(Limit, TimeProvider.System, Token);

        Assert.Equal(StatusCode.Unavailable, watchEnd.StatusCode);
        Assert.Equal(StatusCode.Unavailable, chatEnd.StatusCode);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(10));
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task OldStreams_DoNotBlockNewCalls()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client();
        var open = Enumerable.Range(0, 150).Select(_ => client.Chat(cancellationToken: Token)).ToList();

        var reply = await client.UnaryAsync(new EchoRequest { Text = "next" }, cancellationToken: Token)
            .ResponseAsync.WaitAsync(Limit, TimeProvider.System, Token);

        Assert.Equal("next", reply.Text);
        open.ForEach(call => call.Dispose());
    }

    private static void Grace(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder) =>
        builder.Configuration.AddInMemoryCollection([new("Grpc:StreamGrace", "00:00:00.2")]);
}
