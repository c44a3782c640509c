using Grpc.Core;

namespace OpsMesh.Grpc.Tests.Client;

/// <summary>A server may end a stream before the client has: its messages and its status count, not the write that failed.</summary>
public sealed class EarlyEndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StatusCode.OK, false)]
    [InlineData(StatusCode.OK, true)]
    [InlineData(StatusCode.ResourceExhausted, false)]
    [InlineData(StatusCode.ResourceExhausted, true)]
    public async Task DuplexEndedEarly_DeliversItsMessagesAndStatus(StatusCode status, bool retries)
    {
        await using var server = await StartAsync(status);
        using var call = Call(server, retries);

        await call.RequestStream.WriteAsync("x", Token);
        await Assert.ThrowsAsync<RpcException>(() => WriteForeverAsync(call.RequestStream));
        await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync("x", Token));

        await AssertReadsAsync(call, from: 0, status);
        Assert.Equal("1", call.GetTrailers().GetValue("t"));
    }

    [Theory]
    [InlineData(StatusCode.OK)]
    [InlineData(StatusCode.ResourceExhausted)]
    public async Task DuplexEndedEarlyWhileItIsRead_DeliversTheRest(StatusCode status)
    {
        await using var server = await StartAsync(status);
        using var call = Call(server, retries: false);

        await call.RequestStream.WriteAsync("x", Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        await Assert.ThrowsAsync<RpcException>(() => WriteForeverAsync(call.RequestStream));

        await AssertReadsAsync(call, from: 1, status);
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => call.RequestStream.WriteAsync("x", Token));
        Assert.Equal(status == StatusCode.OK ? null : status, (refusal as RpcException)?.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientStreamRefusedEarly_TellsItsWriterWhy(bool retries)
    {
        await using var server = await PlainServer.StartAsync(service => service.OnClientStream(async (requests, _) =>
        {
            await requests.MoveNext();
            throw new RpcException(new(StatusCode.ResourceExhausted, "early"));
        }));
        using var call = Invoker(server, retries).AsyncClientStreamingCall(PlainServer.ClientStream, null, default);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => WriteForeverAsync(call.RequestStream));

        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task SerializerThatThrows_FailsItsWriteOnly()
    {
        var picky = Marshallers.Create(
            text => text == "bad" ? throw new InvalidOperationException("bad") : Marshallers.StringMarshaller.Serializer(text),
            Marshallers.StringMarshaller.Deserializer);
        var method = new Method<string, string>(
            MethodType.ClientStreaming, PlainServer.ClientStream.ServiceName, PlainServer.ClientStream.Name, picky, picky);
        await using var server = await PlainServer.StartAsync(service => service.OnClientStream(async (requests, _) =>
        {
            var all = "";
            await foreach (var text in requests.ReadAllAsync(Token))
            {
                all += text;
            }

            return all;
        }));
        using var call = Invoker(server, retries: false).AsyncClientStreamingCall(method, null, default);

        await call.RequestStream.WriteAsync("a", Token);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync("bad", Token));
        await call.RequestStream.WriteAsync("b", Token);
        await call.RequestStream.CompleteAsync();

        Assert.Equal("bad", failure.Message);
        Assert.Equal("ab", await call);
    }

    private static Task<EchoServer> StartAsync(StatusCode status) => PlainServer.StartAsync(service => service.OnDuplex(
        async (requests, responses, context) =>
        {
            await requests.MoveNext();
            for (var i = 0; i < 3; i++)
            {
                await responses.WriteAsync($"{i}");
            }

            context.ResponseTrailers.Add("t", "1");
            context.Status = new(status, "early");
        }));

    private static CallInvoker Invoker(EchoServer server, bool retries) => server.Channel(options =>
    {
        if (retries)
        {
            RetryPolicies.Add(options);
        }
    }).CreateCallInvoker();

    private static AsyncDuplexStreamingCall<string, string> Call(EchoServer server, bool retries) =>
        Invoker(server, retries).AsyncDuplexStreamingCall(PlainServer.Duplex, null, default);

    private static async Task WriteForeverAsync(IClientStreamWriter<string> requests)
    {
        while (true)
        {
            await requests.WriteAsync("x", Token);
        }
    }

    private static async Task AssertReadsAsync(AsyncDuplexStreamingCall<string, string> call, int from, StatusCode status)
    {
        for (var i = from; i < 3; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Equal($"{i}", call.ResponseStream.Current);
        }

        if (status == StatusCode.OK)
        {
            Assert.False(await call.ResponseStream.MoveNext(Token));
        }
        else
        {
            Assert.Equal(status, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token))).StatusCode);
        }

        Assert.Equal(new Status(status, "early").ToString(), call.GetStatus().ToString());
    }
}
