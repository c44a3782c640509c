using System.Diagnostics;
using Grpc.Core;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Calls;

public sealed class DeadlineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTime In(TimeSpan rest) => TimeProvider.System.GetUtcNow().UtcDateTime + rest;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HangingHandler_IsCutOnBothSides(bool sockets)
    {
        await using var server = sockets ? await EchoServer.StartAsync() : await EchoServer.StartInProcessAsync();
        var started = Stopwatch.StartNew();

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(
            new EchoRequest { Behaviour = "hang" }, deadline: In(TimeSpan.FromSeconds(2)), cancellationToken: Token).ResponseAsync);
        await server.Log.Cancelled.WaitAsync(Limit, TimeProvider.System, Token);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(10));
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task ServerAlone_AnswersDeadlineExceeded()
    {
        await using var server = await EchoServer.StartAsync();

        // The header alone: the client has no deadline of its own.
        var invoker = server.Channel(RawHeaders.Allow).CreateCallInvoker();
        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(invoker).UnaryAsync(
            new EchoRequest { Behaviour = "hang" }, new Metadata { { "raw-grpc-timeout", "200m" } }, cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.Equal("Deadline Exceeded", failure.Status.Detail);
    }

    [Fact]
    public async Task StreamWithMessages_EndsWithDeadlineExceeded()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client(RawHeaders.Allow).Expand(
            new() { Count = 3, Behaviour = "hang" }, new Metadata { { "raw-grpc-timeout", "300m" } }, cancellationToken: Token);

        var seen = 0;
        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var reply in call.ResponseStream.ReadAllAsync(Token))
            {
                seen++;
            }
        });

        Assert.Equal(3, seen);
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task PastDeadline_SendsNothing()
    {
        await using var server = await EchoServer.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(
            new EchoRequest(), deadline: In(TimeSpan.FromSeconds(-1)), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.False(server.Log.FirstCall.IsCompleted);
    }

    [Fact]
    public async Task Deadline_IsSeenByTheHandler()
    {
        await using var server = await EchoServer.StartAsync();
        var deadline = In(TimeSpan.FromSeconds(30));

        await server.Client().UnaryAsync(new EchoRequest(), deadline: deadline, cancellationToken: Token);
        var seen = (await server.Log.FirstCall).Deadline;

        Assert.InRange(seen, deadline.AddSeconds(-2), deadline.AddSeconds(2));
    }

    [Theory]
    [InlineData("0H")]
    [InlineData("123456789S")]
    [InlineData("12x")]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData(" 1S")]
    public async Task MalformedTimeout_IsIgnoredOrPast(string timeout)
    {
        await using var server = await EchoServer.StartAsync();

        var call = server.Client(RawHeaders.Allow).UnaryAsync(
            new EchoRequest { Text = "x" }, new Metadata { { "raw-grpc-timeout", timeout } }, cancellationToken: Token);

        if (timeout == "0H")
        {
            Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        }
        else
        {
            Assert.Equal("x", (await call).Text);
        }
    }
}
