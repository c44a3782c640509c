using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using OpsMesh.Grpc.Tests.Contract;
using static OpsMesh.Grpc.Tests.Hostile.HostileAnswer;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Servers that misuse the connection itself: each call ends with the status that the misuse stands for.</summary>
public sealed class HostileAnswerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly byte[] Reply = new EchoReply { Text = "reply" }.ToByteArray();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, StatusCode.Internal)]
    [InlineData(1, StatusCode.Internal)]
    [InlineData(2, StatusCode.Internal)]
    [InlineData(3, StatusCode.Internal)]
    [InlineData(5, StatusCode.Internal)]
    [InlineData(6, StatusCode.Internal)]
    [InlineData(8, StatusCode.Cancelled)]
    [InlineData(9, StatusCode.Internal)]
    [InlineData(10, StatusCode.Internal)]
    [InlineData(11, StatusCode.ResourceExhausted)]
    [InlineData(12, StatusCode.PermissionDenied)]
    [InlineData(13, StatusCode.Internal)]
    public async Task ResetAtAnyPoint_IsMapped(int code, StatusCode expected)
    {
        // Before the headers, after them, within the message, after it.
        for (var point = 0; point < 4; point++)
        {
            await using var server = new HostileServer(HostileServer.AtTheEnd(stream =>
            {
                byte[][] parts = [HeadersFrame(stream, false, Head), DataFrame(stream, RawCall.Message(Reply)[..3]), DataFrame(stream, RawCall.Message(Reply)[3..])];
                return new([.. parts.Take(point).SelectMany(part => part), .. ResetFrame(stream, code)]);
            }));

            Assert.Equal(expected, await StatusAsync(server));
        }
    }

    /// <summary>The server says that it did nothing: the request goes out again, and is refused again.</summary>
    [Fact]
    public async Task RefusedStream_IsUnavailable()
    {
        await using var server = new HostileServer(HostileServer.AtTheEnd(stream => new(ResetFrame(stream, 7))));

        Assert.Equal(StatusCode.Unavailable, await StatusAsync(server));
    }

    [Fact]
    public async Task GoAwayInFlight_LetsTheCallEnd()
    {
        await using var server = new HostileServer(HostileServer.AtTheEnd(stream => new([.. GoAwayFrame(stream, 0), .. Honest(stream, Reply)])));

        Assert.Equal(StatusCode.OK, await StatusAsync(server));
    }

    [Fact]
    public async Task GoAwayBeforeTheCall_SendsItAgainOnAnotherConnection()
    {
        var first = true;
        await using var server = new HostileServer(HostileServer.AtTheEnd(stream =>
        {
            var answer = first ? new HostileAnswer(GoAwayFrame(0, 0)) : new HostileAnswer(Honest(stream, Reply));
            first = false;
            return answer;
        }));

        Assert.Equal(StatusCode.OK, await StatusAsync(server));
        Assert.Equal(2, server.Accepted);
    }

    /// <summary>Refused for the limit on streams, say: no message has gone out yet, so the call goes to another connection or back to this.</summary>
    [Fact]
    public async Task RefusedStreamOfRequests_GoesOutAgain()
    {
        var refused = 0;
        await using var server = new HostileServer(frame => frame switch
        {
            { Type: RawFrame.Headers } when refused++ == 0 => new(ResetFrame(frame.Stream, 7)),
            { Type: RawFrame.Headers } => new(HeadersFrame(frame.Stream, false, Head)),
            { EndsStream: true } => new([.. DataFrame(frame.Stream, RawCall.Message(Reply)), .. HeadersFrame(frame.Stream, true, Tail)]),
            _ => null,
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = new Echo.EchoClient(channel).Collect(cancellationToken: Token);

        await call.ResponseHeadersAsync.WaitAsync(Limit, TimeProvider.System, Token);
        await call.RequestStream.WriteAsync(new() { Text = "again" }, Token).WaitAsync(Limit, TimeProvider.System, Token);
        await call.RequestStream.CompleteAsync();

        Assert.Equal("reply", (await call.ResponseAsync.WaitAsync(Limit, TimeProvider.System, Token)).Text);
    }

    [Fact]
    public async Task HangingUp_IsUnavailable()
    {
        for (var point = 0; point < 3; point++)
        {
            await using var server = new HostileServer(HostileServer.AtTheEnd(stream =>
            {
                byte[][] parts = [HeadersFrame(stream, false, Head), DataFrame(stream, RawCall.Message(Reply))];
                return new([.. parts.Take(point).SelectMany(part => part)], HangsUp: true);
            }));

            Assert.Equal(StatusCode.Unavailable, await StatusAsync(server));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ServerThatNeverAnswers_IsGivenUp(bool speaks)
    {
        await using var server = new HostileServer(_ => null) { Speaks = speaks };
        using var leaving = new CancellationTokenSource();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new Echo.EchoClient(channel);
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(300);

        var late = client.UnaryAsync(new EchoRequest(), deadline: deadline, cancellationToken: Token).ResponseAsync;
        var left = client.UnaryAsync(new EchoRequest(), cancellationToken: leaving.Token).ResponseAsync;
        var disposed = client.Chat(cancellationToken: Token);
        var cut = client.UnaryAsync(new EchoRequest(), cancellationToken: Token).ResponseAsync;

        Assert.Equal(StatusCode.DeadlineExceeded, await StatusAsync(late));
        await leaving.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, await StatusAsync(left));
        var read = disposed.ResponseStream.MoveNext(Token);
        disposed.Dispose();
        Assert.Equal(StatusCode.Cancelled, await StatusAsync(read));
        channel.Dispose();
        Assert.Equal(StatusCode.Cancelled, await StatusAsync(cut));
    }

    /// <summary>A server that reads on but never opens its window: the writer waits, and its deadline frees it.</summary>
    [Fact]
    public async Task WindowThatNeverOpens_EndsAtTheDeadline()
    {
        await using var server = new HostileServer(_ => null);
        using var channel = GrpcChannel.ForAddress(server.Address);
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(500);
        using var call = new Echo.EchoClient(channel).Collect(deadline: deadline, cancellationToken: Token);

        var status = await StatusAsync(FillAsync(call.RequestStream));

        Assert.Equal(StatusCode.DeadlineExceeded, status);
        Assert.Equal(StatusCode.DeadlineExceeded, await StatusAsync(call.ResponseAsync));
    }

    [Fact]
    public async Task BadBase64InTrailers_IsInternal()
    {
        await using var server = new HostileServer(HostileServer.AtTheEnd(stream => new(
        [
            .. HeadersFrame(stream, false, Head), .. DataFrame(stream, RawCall.Message(Reply)),
            .. HeadersFrame(stream, true, [("grpc-status", "0"), ("x-bin", "not base64!")]),
        ])));

        Assert.Equal(StatusCode.Internal, await StatusAsync(server));
    }

    private static async Task FillAsync(IClientStreamWriter<EchoRequest> writer)
    {
        while (true)
        {
            await writer.WriteAsync(new() { Payload = ByteString.CopyFrom(new byte[30_000]) }, Token);
        }
    }

    private static async Task<StatusCode> StatusAsync(HostileServer server)
    {
        using var channel = GrpcChannel.ForAddress(server.Address);
        return await StatusAsync(new Echo.EchoClient(channel).UnaryAsync(new EchoRequest(), cancellationToken: Token).ResponseAsync);
    }

    private static async Task<StatusCode> StatusAsync(Task call)
    {
        try
        {
            await call.WaitAsync(Limit, TimeProvider.System, Token);
            return StatusCode.OK;
        }
        catch (RpcException ended)
        {
            return ended.StatusCode;
        }
    }
}
