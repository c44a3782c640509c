using Grpc.Core;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Calls;

/// <summary>How calls end: statuses, their texts and trailers.</summary>
public sealed class StatusTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("plain")]
    [InlineData("ünïcode % detail\nline2")]
    [InlineData("100%")]
    [InlineData("")]
    public async Task Refusal_ArrivesWithTextAndTrailers(string detail)
    {
        await using var server = await EchoServer.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(
            new EchoRequest { Behaviour = "refuse", Text = detail, Code = (int)StatusCode.FailedPrecondition },
            cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Equal(detail, failure.Status.Detail);
        Assert.Equal("because", failure.Trailers.GetValue("reason"));
        Assert.Equal(new byte[] { 0, 255, 1 }, failure.Trailers.GetValueBytes("details-bin"));
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task RefusalAfterMessages_FollowsThem()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().Expand(
            new() { Count = 3, Behaviour = "refuse", Code = (int)StatusCode.DataLoss }, cancellationToken: Token);

        var seen = 0;
        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var reply in call.ResponseStream.ReadAllAsync(Token))
            {
                seen++;
            }
        });

        Assert.Equal(3, seen);
        Assert.Equal(StatusCode.DataLoss, failure.StatusCode);
        Assert.Equal("enough", failure.Status.Detail);
        Assert.Equal("some", call.GetTrailers().GetValue("sent"));
    }

    [Fact]
    public async Task BrokenHandler_IsUnknownWithoutDetails()
    {
        await using var server = await EchoServer.StartAsync();

        var failure = await FailureAsync(server, new() { Behaviour = "break", Text = "secret" });

        Assert.Equal(StatusCode.Unknown, failure.StatusCode);
        Assert.Equal("Exception was thrown by handler.", failure.Status.Detail);
        Assert.Contains("secret", Assert.Single(server.Errors.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrokenHandler_TellsDetailsWhenEnabled()
    {
        await using var server = await EchoServer.StartAsync(options => options.EnableDetailedErrors = true);

        var failure = await FailureAsync(server, new() { Behaviour = "break", Text = "open" });

        Assert.Equal("Exception was thrown by handler. InvalidOperationException: open", failure.Status.Detail);
    }

    [Fact]
    public async Task StatusOfContext_IsSentWithTheMessage()
    {
        await using var server = await EchoServer.StartAsync();

        var failure = await FailureAsync(server, new() { Behaviour = "status", Text = "gone", Code = (int)StatusCode.NotFound });

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
        Assert.Equal("gone", failure.Status.Detail);
    }

    [Fact]
    public async Task NullResponse_IsCancelled()
    {
        await using var server = await EchoServer.StartAsync();

        Assert.Equal(StatusCode.Cancelled, (await FailureAsync(server, new() { Behaviour = "null" })).StatusCode);
    }

    [Fact]
    public async Task UnimplementedMethod_IsUnimplemented()
    {
        await using var server = await EchoServer.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => server.Client().MissingAsync(new EchoRequest(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    [Theory]
    [InlineData("opsmesh.grpc.tests.Echo", "Nothing")]
    [InlineData("opsmesh.grpc.tests.Nobody", "Unary")]
    [InlineData("opsmesh.grpc.tests.Echo", "unary")]
    public async Task UnknownName_IsUnimplemented(string service, string method)
    {
        await using var server = await EchoServer.StartAsync();
        var unknown = new Method<string, string>(MethodType.Unary, service, method, Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => server.Channel().CreateCallInvoker().AsyncUnaryCall(unknown, null, new CallOptions(cancellationToken: Token), "x").ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    [Fact]
    public async Task NobodyListening_IsUnavailable()
    {
        var server = await EchoServer.StartAsync();
        var address = server.Address;
        await server.DisposeAsync();
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(address);

        var call = new Echo.EchoClient(channel).UnaryAsync(new EchoRequest(), cancellationToken: Token);
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.NotNull(failure.Status.DebugException);
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseHeadersAsync);
    }

    [Fact]
    public async Task EarlyStatus_IsNotMaskedByTheFailedWrite()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().Collect(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new() { Behaviour = "refuse", Code = (int)StatusCode.ResourceExhausted }, Token);

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        var write = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new(), Token));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        Assert.Equal("early", failure.Status.Detail);
        Assert.Equal(StatusCode.ResourceExhausted, write.StatusCode);
    }

    private static Task<RpcException> FailureAsync(EchoServer server, EchoRequest request) =>
        Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(request, cancellationToken: Token).ResponseAsync);
}
