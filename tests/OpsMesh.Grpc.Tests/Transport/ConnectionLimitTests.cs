using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpsMesh.Grpc.Tests.Contract;
using OpsMesh.Grpc.Tests.Hostile;
using OpsMesh.Testing;

namespace OpsMesh.Grpc.Tests.Transport;

/// <summary>How old, how silent and how many connections and their streams may be.</summary>
public sealed class ConnectionLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OldConnection_IsAskedToEndWithinTheJitterAndDrains()
    {
        var clock = new ManualClock();
        await using var server = await EchoServer.StartAsync(configure: builder => Age(builder, clock));
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.SendAsync(new RawCall(RawCall.Fields("Chat"), RawCall.Message([])) { Ends = false }.ToBytes(1), Token);
        await server.Log.FirstCall.WaitAsync(Limit, TimeProvider.System, Token);
        var due = await clock.NextTimerAsync(Token);

        clock.Advance(due);
        while ((await connection.ReadAsync(Token).WaitAsync(Limit, TimeProvider.System, Token))!.Value.Type != RawFrame.GoAway)
        {
        }

        await connection.SendAsync(RawFrame.Data, RawFrame.EndStream, 1, RawCall.Message([]), Token);
        var ends = await connection.ReadEndsAsync([1], Token).WaitAsync(Limit, TimeProvider.System, Token);

        Assert.InRange(due, TimeSpan.FromMinutes(54), TimeSpan.FromMinutes(66));
        Assert.Equal(0, ends[1].Grpc);
    }

    [Fact]
    public async Task SilentClient_IsNoticedByPings()
    {
        await using var server = await EchoServer.StartAsync(kestrel: options =>
        {
            options.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(1);
            options.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(1);
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.SendAsync(new RawCall(RawCall.Fields("Chat"), []) { Ends = false }.ToBytes(1), Token);
        var call = await server.Log.FirstCall.WaitAsync(Limit, TimeProvider.System, Token);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = call.CancellationToken.Register(() => gone.TrySetResult());

        await gone.Task.WaitAsync(Limit, TimeProvider.System, Token);
    }

    [Fact]
    public async Task SilentServer_IsNoticedByPings()
    {
        await using var server = new HostileServer(_ => null) { AnswersPings = false };
        using var handler = new SocketsHttpHandler { KeepAlivePingDelay = TimeSpan.FromSeconds(1), KeepAlivePingTimeout = TimeSpan.FromSeconds(1) };
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(server.Address, new() { HttpHandler = handler });

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel)
            .UnaryAsync(new EchoRequest(), cancellationToken: Token).ResponseAsync.WaitAsync(Limit, TimeProvider.System, Token));

        // SocketsHttpHandler reports it as an error of the protocol, which nothing but its text tells from one that the server made.
        Assert.Contains(failure.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
    }

    [Fact]
    public async Task ConnectionsOverTheLimit_AreTurnedAway()
    {
        await using var server = await EchoServer.StartAsync(kestrel: options =>
        {
            options.Limits.MaxConcurrentConnections = 1;
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        Assert.Equal("first", (await server.Client().UnaryAsync(new EchoRequest { Text = "first" }, cancellationToken: Token)).Text);

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client()
            .UnaryAsync(new EchoRequest(), cancellationToken: Token).ResponseAsync.WaitAsync(Limit, TimeProvider.System, Token));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
    }

    [Fact]
    public async Task StreamsOverTheLimit_OpenAnotherConnection()
    {
        await using var server = await EchoServer.StartAsync(kestrel: options =>
        {
            options.Limits.Http2.MaxStreamsPerConnection = 2;
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var client = server.Client();
        var open = new List<AsyncDuplexStreamingCall<EchoRequest, EchoReply>>();

        // One after the other: a client knows a connection's limit only once its settings have come.
        for (var i = 0; i < 5; i++)
        {
            var call = client.Chat(cancellationToken: Token);
            open.Add(call);
            await call.RequestStream.WriteAsync(new(), Token).WaitAsync(Limit, TimeProvider.System, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token).WaitAsync(Limit, TimeProvider.System, Token));
        }

        open.ForEach(call => call.Dispose());
    }

    private static void Age(WebApplicationBuilder builder, ManualClock clock)
    {
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Configuration.AddInMemoryCollection([new("Grpc:MaxConnectionAge", "01:00:00")]);
    }
}
