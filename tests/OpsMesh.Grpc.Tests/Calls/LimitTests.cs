using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Calls;

/// <summary>Message limits on both sides, and compression.</summary>
public sealed class LimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RequestOverServersLimit_IsResourceExhausted()
    {
        await using var server = await EchoServer.StartAsync(options => options.MaxReceiveMessageSize = 1000);

        Assert.Equal(StatusCode.ResourceExhausted, (await FailureAsync(server.Client(), Request(1001))).StatusCode);
        Assert.False(server.Log.FirstCall.IsCompleted);
    }

    [Fact]
    public async Task RequestOverDefaultLimit_IsResourceExhausted()
    {
        await using var server = await EchoServer.StartAsync();

        Assert.Equal(StatusCode.ResourceExhausted, (await FailureAsync(server.Client(), Request(5 * 1024 * 1024))).StatusCode);
    }

    [Fact]
    public async Task ResponseOverServersLimit_IsResourceExhausted()
    {
        await using var server = await EchoServer.StartAsync(options => options.MaxSendMessageSize = 1000);

        Assert.Equal(StatusCode.ResourceExhausted, (await FailureAsync(server.Client(), new() { Count = 1001 })).StatusCode);
    }

    [Fact]
    public async Task ResponseOverClientsLimit_IsResourceExhausted()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client(options => options.MaxReceiveMessageSize = 1000);

        Assert.Equal(StatusCode.ResourceExhausted, (await FailureAsync(client, new() { Count = 1001 })).StatusCode);
    }

    [Fact]
    public async Task RequestOverClientsLimit_IsResourceExhausted()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client(options => options.MaxSendMessageSize = 1000);

        Assert.Equal(StatusCode.ResourceExhausted, (await FailureAsync(client, Request(1001))).StatusCode);
    }

    [Fact]
    public async Task LimitsLifted_LetBigMessagesThrough()
    {
        await using var server = await EchoServer.StartAsync(options => options.MaxReceiveMessageSize = null);
        var client = server.Client(options => options.MaxReceiveMessageSize = null);
        var big = Request(40_000_000);

        Assert.Equal(big.Payload.Length, (await client.UnaryAsync(big, cancellationToken: Token)).Payload.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gzip_GoesBothWays(bool sockets)
    {
        Action<global::Grpc.AspNetCore.Server.GrpcServiceOptions> options = grpc => grpc.ResponseCompressionAlgorithm = "gzip";
        await using var server = sockets ? await EchoServer.StartAsync(options) : await EchoServer.StartInProcessAsync(options);
        var big = Request(100_000);

        var call = server.Client().UnaryAsync(big, new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Token);

        Assert.Equal(big.Payload, (await call).Payload);
        Assert.Contains("encoding gzip", server.Log.Lines);
    }

    [Fact]
    public async Task HandlerAskedCompression_IsUsed()
    {
        await using var server = await EchoServer.StartAsync();

        var reply = await server.Client().UnaryAsync(
            new EchoRequest { Behaviour = "compress", Count = 1_000_000 }, cancellationToken: Token);

        Assert.Equal(1_000_000, reply.Payload.Length);
    }

    [Fact]
    public async Task DecompressionBomb_IsResourceExhausted()
    {
        await using var server = await EchoServer.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(
            Request(100_000_000), new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task UnknownEncoding_IsUnimplementedAndNamesTheKnownOnes()
    {
        await using var server = await EchoServer.StartAsync();

        var call = server.Client(RawHeaders.Allow).UnaryAsync(
            new EchoRequest(), new Metadata { { "raw-grpc-encoding", "snappy" } }, cancellationToken: Token);
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
        Assert.Contains("identity,gzip", failure.Status.Detail, StringComparison.Ordinal);
    }

    private static EchoRequest Request(int bytes) => new() { Payload = ByteString.CopyFrom(new byte[bytes]) };

    private static Task<RpcException> FailureAsync(Echo.EchoClient client, EchoRequest request) =>
        Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(request, cancellationToken: Token).ResponseAsync);
}
