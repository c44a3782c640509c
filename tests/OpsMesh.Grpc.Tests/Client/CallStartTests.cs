using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace OpsMesh.Grpc.Tests.Client;

/// <summary>What a call starts with: the thread it is made on, its metadata, its credentials, its connection, its channel.</summary>
public sealed class CallStartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BlockingCallInASingleThreadedContext_Ends(bool retries)
    {
        await using var server = await PlainServer.StartAsync(service => service.OnUnary((_, _) => Task.FromResult("done")));
        var invoker = server.Channel(options =>
        {
            options.UnsafeUseInsecureChannelCallCredentials = true;
            if (retries)
            {
                RetryPolicies.Add(options);
            }
        }).CreateCallInvoker();
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        var ended = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new Unpumped());
            ended.SetResult(invoker.BlockingUnaryCall(PlainServer.Unary, null, new CallOptions(credentials: credentials), ""));
        });
        thread.IsBackground = true;

        thread.Start();

        Assert.Equal("done", await ended.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Token));
    }

    [Theory]
    [InlineData("grpc-timeout", "1n")]
    [InlineData("grpc-encoding", "gzip")]
    [InlineData("grpc-accept-encoding", "none")]
    [InlineData("te", "gzip")]
    [InlineData("content-type", "text/plain")]
    [InlineData("host", "elsewhere")]
    [InlineData("connection", "close")]
    public async Task MetadataNamedLikeAProtocolHeader_ChangesNothing(string name, string value)
    {
        await using var server = await PlainServer.StartAsync(service => service.OnUnary(
            (asked, context) => Task.FromResult($"{context.GetHttpContext().Request.Headers[asked]}")));
        var invoker = server.Channel().CreateCallInvoker();

        var without = await invoker.AsyncUnaryCall(PlainServer.Unary, null, default, name);
        var with = await invoker.AsyncUnaryCall(PlainServer.Unary, null, new CallOptions(new Metadata { { name, value } }), name);

        Assert.Equal(without, with);
    }

    [Fact]
    public async Task ConnectTimeout_IsUnavailableAndTriedAgain()
    {
        var tries = 0;
        using var channel = Silent(() => tries++, TimeSpan.FromMilliseconds(50));

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => channel.CreateCallInvoker().AsyncUnaryCall(PlainServer.Unary, null, default, "").ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(4, tries);
    }

    [Theory]
    [InlineData(true, StatusCode.DeadlineExceeded)]
    [InlineData(false, StatusCode.Cancelled)]
    public async Task OwnLimitWhileConnecting_IsTheStatus(bool deadline, StatusCode expected)
    {
        using var channel = Silent(() => { }, TimeSpan.FromMinutes(1));
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        var options = deadline
            ? new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(100))
            : new CallOptions(cancellationToken: cancellation.Token);

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => channel.CreateCallInvoker().AsyncUnaryCall(PlainServer.Unary, null, options, "").ResponseAsync);

        Assert.Equal(expected, failure.StatusCode);
    }

    [Fact]
    public async Task CallCredentialsInPlainText_AreNotSentAndWarnedOfOnce()
    {
        using var logs = new Warnings();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(logs));
        await using var server = await PlainServer.StartAsync(service => service.OnUnary(
            (_, context) => Task.FromResult(context.RequestHeaders.GetValue("authorization") ?? "none")));
        var invoker = server.Channel(options => options.LoggerFactory = factory).CreateCallInvoker();
        var credentials = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", "Bearer x");
            return Task.CompletedTask;
        });

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("none", await invoker.AsyncUnaryCall(PlainServer.Unary, null, new CallOptions(credentials: credentials), ""));
        }

        Assert.Equal(1, logs.Count);
    }

    [Fact]
    public void CallOnADisposedChannel_IsRefusedAtOnce()
    {
        var channel = GrpcChannel.ForAddress("http://localhost:9");
        var invoker = channel.CreateCallInvoker();
        channel.Dispose();

        Assert.Throws<ObjectDisposedException>(() => invoker.AsyncUnaryCall(PlainServer.Unary, null, default, ""));
        Assert.Throws<ObjectDisposedException>(() => invoker.AsyncDuplexStreamingCall(PlainServer.Duplex, null, default));
    }

    [Fact]
    public async Task TrailersOnlyOk_IsTheSameStatusEverywhere()
    {
        await using var server = await EchoServer.StartAsync(map: app => app.MapPost(PlainServer.Unary.FullName, http =>
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        }));
        using var call = server.Channel().CreateCallInvoker().AsyncUnaryCall(PlainServer.Unary, null, default, "");

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.Equal(StatusCode.Internal, call.GetStatus().StatusCode);
    }

    /// <summary>A channel whose connections are never made.</summary>
    private static GrpcChannel Silent(Action tried, TimeSpan limit)
    {
        var options = new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                ConnectTimeout = limit,
                ConnectCallback = async (_, cancellationToken) =>
                {
                    tried();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                    return Stream.Null;
                },
            },
        };
        RetryPolicies.Add(options);
        return GrpcChannel.ForAddress("http://localhost:9", options);
    }

    /// <summary>A thread of a user interface that is blocked: nothing posted to it runs.</summary>
    private sealed class Unpumped : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }

    private sealed class Warnings : ILoggerProvider, ILogger
    {
        private int _count;

        public int Count => _count;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Interlocked.Increment(ref _count);
            }
        }

        public void Dispose()
        {
        }
    }
}
