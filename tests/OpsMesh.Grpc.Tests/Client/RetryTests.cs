using System.Diagnostics;
using Grpc.Core;
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
        Assert.Equal(4, Tries(server));
    }

    [Fact]
    public async Task OtherStatus_IsFinal()
    {
        await using var server = await EchoServer.StartAsync();

        await Assert.ThrowsAsync<RpcException>(() => Client(server).UnaryAsync(
            Refusal(StatusCode.NotFound), cancellationToken: Token).ResponseAsync);

        Assert.Equal(1, Tries(server));
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

        Assert.Equal(1, Tries(server));
    }

    [Fact]
    public async Task StreamRefusedBeforeMessages_IsTriedAgain()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = Client(server).Expand(
            new() { Count = 0, Behaviour = "refuse", Code = (int)StatusCode.Unavailable }, cancellationToken: Token);

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(4, Tries(server));
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

    [Fact]
    public async Task RequestOverTheBufferOfACall_IsNotSentAgain()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client(options => { RetryPolicies.Add(options); options.MaxRetryBufferPerCallSize = 100; });

        await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(
            new() { Behaviour = "flaky", Count = 1, Text = new string('x', 100) }, cancellationToken: Token).ResponseAsync);
        var small = await client.UnaryAsync(new() { Behaviour = "flaky", Count = 1, Text = "x" }, cancellationToken: Token);

        Assert.Equal("x", small.Text);
    }

    [Fact]
    public async Task NegativePushback_IsFinal()
    {
        await using var server = await EchoServer.StartAsync();

        await Assert.ThrowsAsync<RpcException>(() => Client(server).UnaryAsync(Pushback("-1"), cancellationToken: Token).ResponseAsync);

        Assert.Equal(1, Tries(server));
    }

    [Fact]
    public async Task Pushback_ReplacesTheBackoff()
    {
        await using var server = await EchoServer.StartAsync();

        await Assert.ThrowsAsync<RpcException>(() => Client(server, TimeSpan.FromHours(1)).UnaryAsync(
            Pushback("1"), cancellationToken: Token).ResponseAsync);

        Assert.Equal(4, Tries(server));
    }

    [Fact]
    public async Task ThrottledChannel_TriesOnce()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client(options =>
        {
            RetryPolicies.Add(options);
            options.ServiceConfig!.RetryThrottling = new() { MaxTokens = 4, TokenRatio = 0.1 };
        });

        // Two failures of four tokens leave half: no more retries.
        await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(Refusal(StatusCode.Unavailable), cancellationToken: Token).ResponseAsync);
        Assert.Equal(2, Tries(server));
        await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(Refusal(StatusCode.Unavailable), cancellationToken: Token).ResponseAsync);
        Assert.Equal(3, Tries(server));
    }

    private static EchoRequest Refusal(StatusCode code) => new() { Behaviour = "refuse", Code = (int)code };

    private static EchoRequest Pushback(string milliseconds) =>
        new() { Behaviour = "pushback", Code = (int)StatusCode.Unavailable, Text = milliseconds };

    private static int Tries(EchoServer server) => server.Log.Lines.Count(line => line.StartsWith("encoding", StringComparison.Ordinal));

    private static Echo.EchoClient Client(EchoServer server, TimeSpan? backoff = null) =>
        server.Client(options => RetryPolicies.Add(options, backoff));
}
