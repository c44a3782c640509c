using Google.Protobuf;
using OpsMesh.Grpc.Tests.Contract;
using static OpsMesh.Grpc.Tests.Hostile.RawFrame;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Each misuse of a connection many times over: honest calls pass beside it, and the server holds no more than before.</summary>
[Collection(Alone.Name)]
public sealed class HostileConnectionTests
{
    private const int Times = 50;
    private const int Cancel = 8;
    private const long ToleratedBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Unary")]
    [InlineData("Expand")]
    [InlineData("Collect")]
    [InlineData("Chat")]
    public Task EarlyEndOfStream_GetsAStatus(string method) => LeavesNothingAsync(async (server, _) =>
    {
        var message = RawCall.Message(new EchoRequest { Text = "cut" }.ToByteArray());
        var single = method is "Unary" or "Expand";
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        for (var cut = 0; cut <= message.Length; cut++)
        {
            await connection.SendAsync(new RawCall(RawCall.Fields(method), message[..cut]).ToBytes((2 * cut) + 1), Token);
        }

        var ends = await connection.ReadEndsAsync([.. Enumerable.Range(0, message.Length + 1).Select(cut => (2 * cut) + 1)], Token);

        for (var cut = 0; cut <= message.Length; cut++)
        {
            var whole = cut == message.Length || (cut == 0 && !single);
            Assert.Equal(new StreamEnd(200, whole ? 0 : 13, null), ends[(2 * cut) + 1]);
        }
    });

    [Theory]
    [InlineData(Data)]
    [InlineData(Headers)]
    [InlineData(ResetStream)]
    [InlineData(WindowUpdate)]
    public Task FramesAfterTheEndOfARequest_HarmNobody(byte type) => LeavesNothingAsync(async (server, _) =>
    {
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.SendAsync(new RawCall(RawCall.Fields("Chat"), RawCall.Message([])).ToBytes(1), Token);
        await connection.SendAsync(type, EndHeaders, 1, type == Headers ? HeaderBlock.Encode([("late", "trailer")]) : [0, 0, 0, Cancel], Token);
        connection.EndSending();
        await connection.DrainAsync(Token);
    });

    [Theory]
    [InlineData(Data)]
    [InlineData(ResetStream)]
    [InlineData(WindowUpdate)]
    [InlineData(Continuation)]
    public Task FramesOfAStreamNeverOpened_EndTheConnection(byte type) => LeavesNothingAsync(async (server, _) =>
    {
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.SendAsync(type, 0, 7, [0, 0, 0, Cancel], Token);
        await connection.DrainAsync(Token);
    });

    [Theory]
    [InlineData("Unary")]
    [InlineData("Expand")]
    [InlineData("Collect")]
    [InlineData("Chat")]
    public Task GoAwayInFlight_LetsTheCallEnd(string method) => LeavesNothingAsync(async (server, _) =>
    {
        var message = RawCall.Message(new EchoRequest { Text = "leaving" }.ToByteArray());
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.SendAsync(new RawCall(RawCall.Fields(method), message[..7]) { Ends = false }.ToBytes(1), Token);
        await connection.SendAsync(GoAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0], Token);
        await connection.SendAsync(Data, EndStream, 1, message[7..], Token);

        var ends = await connection.ReadEndsAsync([1], Token);

        Assert.Equal(new StreamEnd(200, 0, null), ends[1]);
    });

    /// <summary>
    /// Connections are not counted: Kestrel 10.0.12 now and then keeps the task of one that it cuts off for this, its socket closed and
    /// all its requests ended; with an application of three lines too.
    /// </summary>
    [Fact]
    public Task RapidReset_LeavesNothing() => LeavesNothingAsync(
        async (server, round) =>
        {
            using var connection = await RawConnection.OpenAsync(server.Address, Token);
            var drain = connection.DrainAsync(Token);
            try
            {
                for (var stream = 1; stream < 2_000; stream += 2)
                {
                    var call = new RawCall(RawCall.Fields(RawCall.Methods[(stream + round) / 2 % 4]), RawCall.Message([])[..(stream % 5)]) { Ends = false };
                    await connection.SendAsync((byte[])[.. call.ToBytes(stream), .. new RawFrame(ResetStream, 0, stream, [0, 0, 0, Cancel]).ToBytes()], Token);
                }
            }
            catch (IOException)
            {
                // Kestrel hangs up on such a peer.
            }

            connection.Dispose();
            await drain;
        },
        times: 10,
        connections: int.MaxValue);

    /// <summary>Nothing can be sent to them, so their calls can only be given up: at the deadline, or when they leave.</summary>
    [Fact]
    public Task ReadersWithoutWindow_LeaveNothing() => LeavesNothingAsync(async (server, round) =>
    {
        var request = RawCall.Message(new EchoRequest { Count = 10_000, Payload = ByteString.CopyFrom(new byte[1000]), Behaviour = "hang" }.ToByteArray());
        var fields = RawCall.Fields("Expand");
        if (round % 2 == 0)
        {
            fields.Add(("grpc-timeout", "20m"));
        }

        using var connection = await RawConnection.OpenAsync(server.Address, [0, 4, 0, 0, 0, 0], Token);
        var drain = connection.DrainAsync(Token);
        await connection.SendAsync(new RawCall(fields, request).ToBytes(1), Token);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        connection.Dispose();
        await drain;
    });

    [Theory]
    [InlineData("Unary")]
    [InlineData("Expand")]
    [InlineData("Collect")]
    [InlineData("Chat")]
    public Task WriterThatNeverEnds_IsCutAtItsDeadline(string method) => LeavesNothingAsync(async (server, _) =>
    {
        var call = new RawCall([.. RawCall.Fields(method), ("grpc-timeout", "30m")], RawCall.Message([])[..3]) { Ends = false };
        using var connection = await RawConnection.OpenAsync(server.Address, Token);
        await connection.SendAsync(call.ToBytes(1), Token);

        var ends = await connection.ReadEndsAsync([1], Token);

        Assert.Equal(new StreamEnd(200, 4, null), ends[1]);
    });

    [Fact]
    public Task ConnectionsThatSayNothing_HarmNobody() => LeavesNothingAsync(async (server, _) =>
    {
        using var connection = await RawConnection.ConnectAsync(server.Address, Token);
        await connection.SendAsync("PRI * HT"u8.ToArray(), Token);
    });

    /// <summary>A header block in a hundred pieces, and more headers than any request may have.</summary>
    [Fact]
    public Task EndlessHeaders_EndTheStreamOrTheConnection() => LeavesNothingAsync(
        async (server, _) =>
        {
            using var connection = await RawConnection.OpenAsync(server.Address, Token);
            try
            {
                await connection.SendAsync(Headers, EndStream, 1, HeaderBlock.Encode(RawCall.Fields("Unary")), Token);
                for (var part = 0; part < 100; part++)
                {
                    await connection.SendAsync(Continuation, 0, 1, HeaderBlock.Encode([("x-long", new string('a', 8000))]), Token);
                }
            }
            catch (IOException)
            {
                // Refused before all of it was sent.
            }

            await connection.DrainAsync(Token);
        },
        times: 10);

    private static async Task LeavesNothingAsync(Func<EchoServer, int, Task> misuse, int times = Times, int connections = 1)
    {
        await using var server = await EchoServer.StartAsync();
        var canary = server.Client();
        await PassAsync(canary);
        await misuse(server, 0).WaitAsync(Limit, TimeProvider.System, Token);
        await PassAsync(canary);
        var start = Footprint.Of(server) with { Connections = connections };

        for (var round = 0; round < times; round++)
        {
            await misuse(server, round).WaitAsync(Limit, TimeProvider.System, Token);
        }

        await PassAsync(canary);
        server.Log.Lines.Clear();
        await start.AssertIsBackAsync(server, ToleratedBytes, Token);
        // Kestrel says itself whom it cut off.
        var errors = server.Errors.Lines.Where(line => !line.StartsWith("Connection id", StringComparison.Ordinal)).ToList();
        Assert.True(errors.Count == 0, string.Join('\n', errors.Take(3)));
    }

    private static async Task PassAsync(Echo.EchoClient canary)
    {
        var reply = await canary.UnaryAsync(new EchoRequest { Text = "canary" }, cancellationToken: Token).ResponseAsync.WaitAsync(Limit, TimeProvider.System, Token);
        Assert.Equal("canary", reply.Text);
    }
}
