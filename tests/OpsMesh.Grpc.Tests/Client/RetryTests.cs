using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client.Configuration;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Client;

public sealed class RetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RetryableStatus_IsTriedAgainUpToTheLimit()
    {
        await using var server = await EchoServer.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => Client(server).UnaryAsync(
            Refusal(StatusCode.Unavailable), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(4, server.Log.Lines.Count(line => line.StartsWith("encoding", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task OtherStatus_IsFinal()
    {
        await using var server = await EchoServer.StartAsync();

        await Assert.ThrowsAsync<RpcException>(() => Client(server).UnaryAsync(
            Refusal(StatusCode.NotFound), cancellationToken: Token).ResponseAsync);

        Assert.Single(server.Log.Lines, line => line.StartsWith("encoding", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StreamRefusedAfterMessages_IsFinal()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = Client(server).Expand(
            new() { Count = 2, Behaviour = "refuse", Code = (int)StatusCode.Unavailable }, cancellationToken: Token);

        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.True(await call.ResponseStream.MoveNext(Token));
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Single(server.Log.Lines, line => line.StartsWith("encoding", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StreamRefusedBeforeMessages_IsTriedAgain()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = Client(server).Expand(
            new() { Count = 0, Behaviour = "refuse", Code = (int)StatusCode.Unavailable }, cancellationToken: Token);

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(4, server.Log.Lines.Count(line => line.StartsWith("encoding", StringComparison.Ordinal)));
        Assert.Equal(StatusCode.Unavailable, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Deadline_SpansAllTries()
    {
        await using var server = await EchoServer.StartAsync();
        var started = Stopwatch.StartNew();

        var failure = await Assert.ThrowsAsync<RpcException>(() => Client(server, TimeSpan.FromSeconds(60)).UnaryAsync(
            Refusal(StatusCode.Unavailable),
            deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(1),
            cancellationToken: Token).ResponseAsync);

        Assert.Contains(failure.StatusCode, new[] { StatusCode.DeadlineExceeded, StatusCode.Unavailable });
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(15));
    }

    private static EchoRequest Refusal(StatusCode code) => new() { Behaviour = "refuse", Code = (int)code };

    private static Echo.EchoClient Client(EchoServer server, TimeSpan? backoff = null) => server.Client(options => options.ServiceConfig = new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new()
                {
                    MaxAttempts = 4,
                    InitialBackoff = backoff ?? TimeSpan.FromMilliseconds(5),
                    MaxBackoff = backoff ?? TimeSpan.FromMilliseconds(20),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { StatusCode.Unavailable },
                },
            },
        },
    });
}
