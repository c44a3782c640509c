using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Client;

/// <summary>Streams of requests are sent again from their first message on, as long as all of it is kept.</summary>
public sealed class RetriedStreamTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task ClientStreamRefusedAtAMessage_ArrivesWhole(int refusedAt)
    {
        await using var server = await EchoServer.StartAsync();
        using var call = Client(server).Collect(cancellationToken: Token);

        for (var i = 0; i < 10; i++)
        {
            await call.RequestStream.WriteAsync(i == refusedAt ? Flaky($"{i}", 2) : new() { Text = $"{i}" }, Token);
        }

        await call.RequestStream.CompleteAsync();
        var reply = await call;

        Assert.Equal("0123456789", reply.Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal(3, Tries(server));
    }

    [Fact]
    public async Task DuplexRefusedBeforeItsFirstResponse_GoesOnAsIfNothingHadBeen()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = Client(server).Chat(cancellationToken: Token);

        await call.RequestStream.WriteAsync(Flaky("0", 3), Token);
        for (var i = 0; i < 50; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal($"{i}", call.ResponseStream.Current.Text);
            await call.RequestStream.WriteAsync(new() { Text = $"{i + 1}" }, Token);
        }

        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.False(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(4, Tries(server));
    }

    [Fact]
    public async Task DuplexRefusedAfterAResponse_IsFinal()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = Client(server).Chat(cancellationToken: Token);

        await call.RequestStream.WriteAsync(new() { Text = "0" }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        await call.RequestStream.WriteAsync(Flaky("1", 1), Token);
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(1, Tries(server));
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new(), Token))).StatusCode);
    }

    [Fact]
    public async Task MoreThanACallMayKeep_IsFinal()
    {
        await using var server = await EchoServer.StartAsync();

        await AssertFinalAsync(Client(server, options => options.MaxRetryBufferPerCallSize = 1_000));

        Assert.Equal(1, Tries(server));
    }

    [Fact]
    public async Task MoreThanTheChannelMayKeep_IsFinal_AndItsRoomComesBack()
    {
        await using var server = await EchoServer.StartAsync();
        var client = Client(server, options => options.MaxRetryBufferSize = 1_000);

        for (var i = 0; i < 5; i++)
        {
            await AssertFinalAsync(client);
        }

        using var call = client.Collect(cancellationToken: Token);
        await call.RequestStream.WriteAsync(Flaky(new string('x', 900), 1), Token);
        await call.RequestStream.CompleteAsync();
        Assert.Equal(900, (await call).Text.Length);
    }

    /// <summary>Often, for a write may be on its way into the call at the very moment.</summary>
    [Fact]
    public async Task CancelledBetweenTries_EndsWriterAndResponse()
    {
        await using var server = await EchoServer.StartAsync();
        await Parallel.ForAsync(0, 200, Token, async (_, token) =>
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(token);
            var clock = new NoticedClock();
            await using var services = new ServiceCollection().AddSingleton<TimeProvider>(clock).BuildServiceProvider();
            using var channel = GrpcChannel.ForAddress(server.Address, Policy(services));
            using var call = new Echo.EchoClient(channel).Collect(cancellationToken: cancellation.Token);

            await call.RequestStream.WriteAsync(Flaky("0", 1), token);
            await clock.TimerMade.WaitAsync(Limit, TimeProvider.System, token);
            var waiting = Task.Run(
                async () =>
                {
                    while (true)
                    {
                        await call.RequestStream.WriteAsync(new() { Text = "1" }, token);
                    }
                },
                token);
            await cancellation.CancelAsync();

            var written = await Assert.ThrowsAsync<RpcException>(() => waiting.WaitAsync(Limit, TimeProvider.System, token));
            var answered = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(Limit, TimeProvider.System, token));
            Assert.Equal(StatusCode.Cancelled, written.StatusCode);
            Assert.Equal(StatusCode.Cancelled, answered.StatusCode);
        });
    }

    [Fact]
    public async Task ManyAtOnce_AllArriveWhole()
    {
        await using var server = await EchoServer.StartAsync();
        var client = Client(server);

        await Parallel.ForAsync(0, 200, Token, async (seed, token) =>
        {
            var random = new Random(seed);
            using var call = client.Collect(cancellationToken: token);
            var refused = random.Next(20);
            for (var i = 0; i < 20; i++)
            {
                await call.RequestStream.WriteAsync(i == refused ? Flaky("x", random.Next(4)) : new() { Text = "x" }, token);
                if (random.Next(4) == 0)
                {
                    await Task.Yield();
                }
            }

            await call.RequestStream.CompleteAsync();
            Assert.Equal(20, (await call).Index);
        });
    }

    [Fact]
    public void UnusableDeadline_IsRefusedAtOnce()
    {
        using var channel = GrpcChannel.ForAddress("http://localhost:1", Policy());

        Assert.Throws<InvalidOperationException>(() => new Echo.EchoClient(channel).Collect(
            deadline: new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Local), cancellationToken: Token));
    }

    private static async Task AssertFinalAsync(Echo.EchoClient client)
    {
        using var call = client.Collect(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new() { Text = new string('x', 2_000) }, Token);
        await call.RequestStream.WriteAsync(Flaky("", 1), Token);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    private static EchoRequest Flaky(string text, int refusals) => new() { Behaviour = "flaky", Text = text, Count = refusals };

    private static int Tries(EchoServer server) => server.Log.Lines.Count(line => line.StartsWith("encoding", StringComparison.Ordinal));

    private static Echo.EchoClient Client(EchoServer server, Action<GrpcChannelOptions>? configure = null, TimeSpan? backoff = null) =>
        server.Client(options =>
        {
            RetryPolicies.Add(options, backoff);
            configure?.Invoke(options);
        });

    private static GrpcChannelOptions Policy(IServiceProvider? services = null)
    {
        var options = new GrpcChannelOptions { ServiceProvider = services };
        RetryPolicies.Add(options, services is null ? null : TimeSpan.FromHours(1));
        return options;
    }
}
