using Grpc.Core;
using Grpc.Net.Client;

namespace OpsMesh.Grpc.Tests.Client;

/// <summary>What a call under a retry policy owes its caller, as any other call does.</summary>
public sealed class RetriedCallTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HeadersOfAClientStream_ComeBeforeItsResponse()
    {
        await using var server = await StartAsync();
        using var call = Call(server.Channel(options => RetryPolicies.Add(options)));

        var headers = await call.ResponseHeadersAsync.WaitAsync(Limit, TimeProvider.System, Token);
        await call.RequestStream.WriteAsync("a", Token);
        await call.RequestStream.CompleteAsync();

        Assert.Equal("1", headers.GetValue("h"));
        Assert.Equal("1", await call);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task HeadersOfAUnaryCall_ComeBeforeItsResponse()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await PlainServer.StartAsync(service => service.OnUnary(async (_, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "h", "1" } });
            await release.Task;
            return "done";
        }));
        var invoker = server.Channel(options => RetryPolicies.Add(options)).CreateCallInvoker();
        using var call = invoker.AsyncUnaryCall(PlainServer.Unary, null, default, "");

        var headers = await call.ResponseHeadersAsync.WaitAsync(Limit, TimeProvider.System, Token);
        release.SetResult();

        Assert.Equal("1", headers.GetValue("h"));
        Assert.Equal("done", await call);
    }

    [Fact]
    public async Task HeadersOfAClientStream_EndTheKeepingOfItsRequests()
    {
        await using var server = await StartAsync();
        var channel = server.Channel(options => RetryPolicies.Add(options));
        using var call = Call(channel);

        await call.RequestStream.WriteAsync("a", Token);
        Assert.True(channel.Core.Retries.KeptBytes > 0 || call.ResponseHeadersAsync.IsCompleted);
        await call.ResponseHeadersAsync.WaitAsync(Limit, TimeProvider.System, Token);
        for (var i = 0; i < 10; i++)
        {
            await call.RequestStream.WriteAsync("a", Token);
        }

        Assert.Equal(0, channel.Core.Retries.KeptBytes);
        await call.RequestStream.CompleteAsync();
        Assert.Equal("11", await call);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NullRequest_IsRefusedAtOnce(bool retries)
    {
        var options = new GrpcChannelOptions();
        if (retries)
        {
            RetryPolicies.Add(options);
        }

        using var channel = GrpcChannel.ForAddress("http://localhost:9", options);
        var invoker = channel.CreateCallInvoker();

        Assert.Throws<ArgumentNullException>(() => invoker.AsyncUnaryCall(PlainServer.Unary, null, default, null!));
        Assert.Throws<ArgumentNullException>(() => invoker.BlockingUnaryCall(PlainServer.Unary, null, default, null!));
        Assert.Throws<ArgumentNullException>(() => invoker.AsyncServerStreamingCall(PlainServer.ServerStream, null, default, null!));
    }

    private static AsyncClientStreamingCall<string, string> Call(GrpcChannel channel) =>
        channel.CreateCallInvoker().AsyncClientStreamingCall(PlainServer.ClientStream, null, default);

    private static Task<EchoServer> StartAsync() => PlainServer.StartAsync(service => service.OnClientStream(
        async (requests, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "h", "1" } });
            var count = 0;
            while (await requests.MoveNext())
            {
                count++;
            }

            return $"{count}";
        }));
}
