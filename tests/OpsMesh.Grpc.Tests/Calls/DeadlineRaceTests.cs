using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using OpsMesh.Grpc.Tests.Contract;
using OpsMesh.Grpc.Tests.Hostile;
using OpsMesh.Testing;
using static OpsMesh.Grpc.Tests.Hostile.RawFrame;

namespace OpsMesh.Grpc.Tests.Calls;

/// <summary>A client that resets its stream as the deadline fires. The deadline's timer has nobody who would catch what it throws.</summary>
public sealed class DeadlineRaceTests
{
    private const int Rounds = 300;

    private static readonly byte[] Cancel = [0, 0, 0, 8];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The clock stands still until the reset has arrived; then the timer fires on this thread, while the handler goes on.</summary>
    [Theory]
    [InlineData("Unary")]
    [InlineData("Expand")]
    [InlineData("Collect")]
    [InlineData("Chat")]
    public async Task DeadlineAfterTheReset_ThrowsNothingOnTheTimer(string method)
    {
        var clock = new ManualClock();
        await using var server = await EchoServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        var message = RawCall.Message(new EchoRequest { Behaviour = "stubborn" }.ToByteArray());
        await connection.SendAsync(new RawCall([.. RawCall.Fields(method), ("grpc-timeout", "5S")], message) { Ends = method is "Unary" or "Expand" }.ToBytes(1), Token);
        var call = await server.Log.FirstCall.WaitAsync(Limit, TimeProvider.System, Token);
        await connection.SendAsync(ResetStream, 0, 1, Cancel, Token);
        await EndOf(call.GetHttpContext().RequestAborted).WaitAsync(Limit, TimeProvider.System, Token);

        var failure = Record.Exception(() => clock.Advance(TimeSpan.FromSeconds(6)));

        server.Log.Release();
        Assert.Null(failure);
        await PassAsync(server);
        Assert.Empty(server.Errors.Lines);
    }

    /// <summary>An exception on the timer's thread would end this process.</summary>
    [Fact]
    public async Task ResetAtTheDeadline_HarmsNobody()
    {
        await using var server = await EchoServer.StartAsync();
        for (var round = 0; round < Rounds; round++)
        {
            using var connection = await RawConnection.OpenAsync(server.Address, Token);
            var drain = connection.DrainAsync(Token);
            for (var stream = 1; stream < 20; stream += 2)
            {
                await connection.SendAsync(Call(RawCall.Methods[(stream + round) / 2 % 4], "4m").ToBytes(stream), Token);
            }

            // About when the timers fire, a little before or after.
            await Task.Delay(TimeSpan.FromMilliseconds(2 + (round % 5)), TimeProvider.System, Token);
            for (var stream = 1; stream < 20; stream += 2)
            {
                await connection.SendAsync(ResetStream, 0, stream, Cancel, Token);
            }

            connection.Dispose();
            await drain;
        }

        await PassAsync(server);
        Assert.Empty(server.Errors.Lines);
    }

    /// <summary>The status goes out at once when the deadline meets no write, else as soon as that write has ended: never not at all.</summary>
    [Fact]
    public async Task DeadlineAmongWrites_AlwaysSendsItsStatus()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client(RawHeaders.Allow);

        await Parallel.ForAsync(0, 400, Token, async (round, token) =>
        {
            // The client gives up later than the server, so that it is the server's status which arrives.
            using var call = client.Expand(
                new() { Count = int.MaxValue, Text = "x" },
                new Metadata { { "raw-grpc-timeout", $"{2_000 + (round % 7 * 333)}u" } },
                cancellationToken: token);
            var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (await call.ResponseStream.MoveNext(token).WaitAsync(Limit, TimeProvider.System, token))
                {
                }
            });

            Assert.True(failure.StatusCode == StatusCode.DeadlineExceeded, failure.ToString() + string.Join("|", server.Errors.Lines));
        });
        Assert.Empty(server.Errors.Lines);
    }

    private static RawCall Call(string method, string timeout) =>
        new([.. RawCall.Fields(method), ("grpc-timeout", timeout)], RawCall.Message([])[..3]) { Ends = false };

    private static Task EndOf(CancellationToken token)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => ended.TrySetResult());
        return ended.Task;
    }

    private static async Task PassAsync(EchoServer server) => Assert.Equal(
        "canary",
        (await server.Client().UnaryAsync(new EchoRequest { Text = "canary" }, cancellationToken: Token).ResponseAsync.WaitAsync(Limit, TimeProvider.System, Token)).Text);
}
