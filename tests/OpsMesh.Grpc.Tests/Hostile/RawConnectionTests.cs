using Google.Protobuf;
using OpsMesh.Grpc.Tests.Contract;
using static OpsMesh.Grpc.Tests.Hostile.RawConnection;
using static OpsMesh.Grpc.Tests.Hostile.RawFrame;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Peers that misuse the connection itself: honest calls beside them pass, and nothing is left behind.</summary>
public sealed class RawConnectionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Unary")]
    [InlineData("Expand")]
    [InlineData("Collect")]
    [InlineData("Chat")]
    public async Task ResetInEveryState_HarmsNobody(string method)
    {
        await using var server = await EchoServer.StartAsync();
        using var connection = await OpenAsync(server.Address, [], Token);
        var drain = connection.DrainAsync(Token);
        var reset = new byte[] { 0, 0, 0, 8 };
        var stream = 1;

        await connection.StartCallAsync(stream, method, Token);
        await connection.SendAsync(ResetStream, 0, stream, reset, Token);

        stream += 2;
        await connection.StartCallAsync(stream, method, Token);
        await connection.SendAsync(Data, 0, stream, [0, 0, 0], Token);
        await connection.SendAsync(ResetStream, 0, stream, reset, Token);

        stream += 2;
        await connection.StartCallAsync(stream, method, Token);
        await connection.SendAsync(Data, 0, stream, [0, 0, 0, 0, 0], Token);
        await connection.SendAsync(ResetStream, 0, stream, reset, Token);

        stream += 2;
        await connection.StartCallAsync(stream, method, Token);
        await connection.SendAsync(Data, EndStream, stream, [0, 0, 0, 0, 0], Token);
        await connection.SendAsync(ResetStream, 0, stream, reset, Token);

        await PassAsync(server);
        connection.Dispose();
        await drain;
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task RapidReset_HarmsNobody()
    {
        await using var server = await EchoServer.StartAsync();
        using var connection = await OpenAsync(server.Address, [], Token);
        var drain = connection.DrainAsync(Token);

        try
        {
            for (var stream = 1; stream < 10_000; stream += 2)
            {
                await connection.StartCallAsync(stream, "Chat", Token).WaitAsync(Limit, TimeProvider.System, Token);
                await connection.SendAsync(ResetStream, 0, stream, [0, 0, 0, 8], Token).WaitAsync(Limit, TimeProvider.System, Token);
            }
        }
        catch (IOException)
        {
            // Kestrel hangs up on such a peer.
        }

        await PassAsync(server);
        connection.Dispose();
        await drain;
    }

    [Fact]
    public async Task ReaderWithoutWindow_IsFreedWhenItLeaves()
    {
        await using var server = await EchoServer.StartAsync();
        var noWindow = new byte[] { 0, 4, 0, 0, 0, 0 };
        using var connection = await OpenAsync(server.Address, noWindow, Token);
        var drain = connection.DrainAsync(Token);
        var request = new EchoRequest { Count = 100_000, Payload = ByteString.CopyFrom(new byte[1000]), Behaviour = "hang" }.ToByteArray();

        await connection.StartCallAsync(1, "Expand", Token);
        await connection.SendAsync(Data, EndStream, 1, [0, 0, 0, (byte)(request.Length >> 8), (byte)request.Length, .. request], Token);
        var call = await server.Log.FirstCall.WaitAsync(Limit, TimeProvider.System, Token);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = call.CancellationToken.Register(() => gone.TrySetResult());
        await PassAsync(server);

        connection.Dispose();
        await drain;
        await gone.Task.WaitAsync(Limit, TimeProvider.System, Token);
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task HalfSentRequests_AreFreedWithTheirConnection()
    {
        await using var server = await EchoServer.StartAsync();
        var connections = new List<RawConnection>();
        for (var i = 0; i < 50; i++)
        {
            var connection = await OpenAsync(server.Address, [], Token);
            await connection.StartCallAsync(1, i % 2 == 0 ? "Chat" : "Unary", Token);
            await connection.SendAsync(Data, 0, 1, [0, 0, 0, 1, 0, 1, 2], Token);
            connections.Add(connection);
        }

        await PassAsync(server);
        connections.ForEach(connection => connection.Dispose());
        await PassAsync(server);
        await server.App.StopAsync(Token).WaitAsync(Limit, TimeProvider.System, Token);
        Assert.Empty(server.Errors.Lines);
    }

    private static async Task PassAsync(EchoServer server)
    {
        var reply = await server.Client().UnaryAsync(new EchoRequest { Text = "canary" }, cancellationToken: Token)
            .ResponseAsync.WaitAsync(Limit, TimeProvider.System, Token);
        Assert.Equal("canary", reply.Text);
    }
}
