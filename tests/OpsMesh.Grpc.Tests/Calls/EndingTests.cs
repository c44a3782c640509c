using System.Buffers;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace OpsMesh.Grpc.Tests.Calls;

/// <summary>What handlers may still hold, or be in the middle of, when their call ends.</summary>
public sealed class EndingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReaderKeptPastItsCall_ReadsNothingOfTheNext()
    {
        IAsyncStreamReader<string>? kept = null;
        var first = Duplex("First", (requests, _, _) =>
        {
            kept = requests;
            return Task.CompletedTask;
        });
        var second = Duplex("Second", async (requests, responses, context) =>
        {
            await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
            {
                await responses.WriteAsync(request);
            }
        });
        await using var server = await StartAsync(builder => builder.AddMethod(first.Method, first.Handler).AddMethod(second.Method, second.Handler));
        var calls = server.Channel().CreateCallInvoker();
        using (var ended = calls.AsyncDuplexStreamingCall(first.Method, null, new(cancellationToken: Token)))
        {
            Assert.False(await ended.ResponseStream.MoveNext(Token));
        }

        using var next = calls.AsyncDuplexStreamingCall(second.Method, null, new(cancellationToken: Token));
        await next.RequestStream.WriteAsync("one", Token);
        Assert.True(await next.ResponseStream.MoveNext(Token));
        var stray = kept!.MoveNext(Token);
        await next.RequestStream.WriteAsync("two", Token);

        await Assert.ThrowsAsync<InvalidOperationException>(() => stray.WaitAsync(Limit, TimeProvider.System, Token));
        Assert.True(await next.ResponseStream.MoveNext(Token).WaitAsync(Limit, TimeProvider.System, Token));
        Assert.Equal("two", next.ResponseStream.Current);
    }

    /// <summary>The deadline's status and the handler's headers are written to the same response.</summary>
    [Fact]
    public async Task HeadersSentAtTheDeadline_BreakNeitherTheCallNorItsConnection()
    {
        var method = Unary("Headers", async (_, context) =>
        {
            SpinUntil(context.Deadline);
            await context.WriteResponseHeadersAsync([.. Enumerable.Range(0, 20).Select(i => new Metadata.Entry($"name-{i}", "value"))]);
            return "in time";
        });
        await using var server = await StartAsync(builder => builder.AddMethod(method.Method, method.Handler));

        await MeetDeadlinesAsync(server, method.Method, StatusCode.OK, StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task TrailersAddedAtTheDeadline_DoNotCostTheStatus()
    {
        var method = Unary("Trailers", (_, context) =>
        {
            for (var i = 0; !context.CancellationToken.IsCancellationRequested; i++)
            {
                context.ResponseTrailers.Add($"name-{i % 50}", "value");
                if (i % 50 == 49)
                {
                    context.ResponseTrailers.Clear();
                }
            }

            return Task.FromResult("too late");
        });
        await using var server = await StartAsync(builder => builder.AddMethod(method.Method, method.Handler));

        await MeetDeadlinesAsync(server, method.Method, StatusCode.DeadlineExceeded);
    }

    [Theory]
    [InlineData(StatusCode.OK, StatusCode.Internal)]
    [InlineData(StatusCode.NotFound, StatusCode.NotFound)]
    public async Task TrailerThatCannotBeSent_IsLeftOut(StatusCode given, StatusCode expected)
    {
        var method = Unary("Trailer", (_, context) =>
        {
            context.ResponseTrailers.Add("user", "Zoë");
            context.ResponseTrailers.Add("other", "fine");
            return given == StatusCode.OK ? Task.FromResult("") : throw new RpcException(new(given, "gone"));
        });
        await using var server = await StartAsync(builder => builder.AddMethod(method.Method, method.Handler));

        var failure = await Assert.ThrowsAsync<RpcException>(() => CallAsync(server, method.Method));

        Assert.Equal(expected, failure.StatusCode);
        Assert.Equal("fine", failure.Trailers.GetValue("other"));
        Assert.Null(failure.Trailers.GetValue("user"));
        Assert.Equal(given == StatusCode.OK, failure.Status.Detail.Contains("'user'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MessageAfterATornOne_IsRefused()
    {
        var refusals = new List<Exception>();
        var answer = Marshallers.Create<string>(
            (text, context) =>
            {
                context.SetPayloadLength(50_000);
                context.GetBufferWriter().Write(new byte[50]);
                throw new FormatException(text);
            },
            _ => "");
        var method = new Method<string, string>(MethodType.ServerStreaming, "test.Ending", "Torn", Marshallers.StringMarshaller, answer);
        ServerStreamingServerMethod<string, string> handler = async (_, responses, _) =>
        {
            for (var i = 0; i < 2; i++)
            {
                refusals.Add(await Assert.ThrowsAnyAsync<Exception>(() => responses.WriteAsync("", Token)));
            }
        };
        await using var server = await StartAsync(builder => builder.AddMethod(method, handler));
        using var call = server.Channel().CreateCallInvoker().AsyncServerStreamingCall(method, null, new(cancellationToken: Token), "");

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.Collection(refusals, one => Assert.IsType<FormatException>(one), two => Assert.IsType<InvalidOperationException>(two));
    }

    [Theory]
    [InlineData("Grpc:MaxConnectionAge", "60")]
    [InlineData("Grpc:MaxConnectionAge", "40.00:00:00")]
    [InlineData("Grpc:StreamGrace", "-00:00:01")]
    [InlineData("Grpc:StreamGrace", "soon")]
    public async Task UnusableTime_EndsTheStartAndNamesItsKey(string key, string value)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => EchoServer.StartAsync(configure: builder => builder.Configuration[key] = value));

        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        Assert.Contains(value, failure.Message, StringComparison.Ordinal);
    }

    // The client knows of no deadline, so what arrives is what the server says. Another stream of the connection must not notice.
    private static async Task MeetDeadlinesAsync(EchoServer server, Method<string, string> method, params StatusCode[] expected)
    {
        var calls = server.Channel(RawHeaders.Allow).CreateCallInvoker();
        await Parallel.ForAsync(0, 400, Token, async (round, token) =>
        {
            var headers = new Metadata { { "raw-grpc-timeout", $"{1_000 + (round % 7 * 333)}u" } };
            var call = calls.AsyncUnaryCall(method, null, new(headers, cancellationToken: token), "");
            var status = StatusCode.OK;
            try
            {
                await call.ResponseAsync.WaitAsync(Limit, TimeProvider.System, token);
            }
            catch (RpcException failure)
            {
                status = failure.StatusCode;
            }

            Assert.Contains(status, expected);
        });
        Assert.Empty(server.Errors.Lines);
        Assert.Equal(1, server.Connections);
    }

    private static void SpinUntil(DateTime time)
    {
        while (TimeProvider.System.GetUtcNow().UtcDateTime < time)
        {
        }
    }

    private static async Task<string> CallAsync(EchoServer server, Method<string, string> method) =>
        await server.Channel().CreateCallInvoker().AsyncUnaryCall(method, null, new(cancellationToken: Token), "");

    private static Task<EchoServer> StartAsync(Func<ServerServiceDefinition.Builder, ServerServiceDefinition.Builder> add)
    {
        var service = add(ServerServiceDefinition.CreateBuilder()).Build();
        return EchoServer.StartAsync(map: app => app.MapGrpcService(service));
    }

    private static (Method<string, string> Method, UnaryServerMethod<string, string> Handler) Unary(string name, UnaryServerMethod<string, string> handler) =>
        (Method(MethodType.Unary, name), handler);

    private static (Method<string, string> Method, DuplexStreamingServerMethod<string, string> Handler) Duplex(
        string name, DuplexStreamingServerMethod<string, string> handler) => (Method(MethodType.DuplexStreaming, name), handler);

    private static Method<string, string> Method(MethodType type, string name) =>
        new(type, "test.Ending", name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);
}
