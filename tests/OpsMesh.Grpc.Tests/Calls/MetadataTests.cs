using Grpc.Core;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Calls;

public sealed class MetadataTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Metadata_RoundTrips(bool sockets)
    {
        await using var server = sockets ? await EchoServer.StartAsync() : await EchoServer.StartInProcessAsync();
        var headers = new Metadata
        {
            { "Plain", "value" }, { "twice", "one" }, { "twice", "two" }, { "raw-bin", [0, 255, 1] }, { "raw-bin", [] }, { "empty", "" },
        };

        var call = server.Client().UnaryAsync(new EchoRequest { Behaviour = "metadata" }, headers, cancellationToken: Token);
        await call;
        var trailers = call.GetTrailers();

        Assert.Equal("value", trailers.GetValue("plain"));
        Assert.Equal(["one", "two"], trailers.GetAll("twice").Select(entry => entry.Value).SelectMany(value => value.Split(", ")));
        Assert.Equal(new byte[] { 0, 255, 1 }, trailers.GetAll("raw-bin").First().ValueBytes);
        Assert.Equal([], trailers.GetAll("raw-bin").Last().ValueBytes);
        Assert.DoesNotContain(trailers, entry => entry.Key.StartsWith(':') || entry.Key is "te" or "content-type" or "grpc-status");
    }

    [Fact]
    public async Task HeadersAndTrailers_ArriveApart()
    {
        await using var server = await EchoServer.StartAsync();

        var call = server.Client().UnaryAsync(new EchoRequest { Behaviour = "headers" }, cancellationToken: Token);
        var headers = await call.ResponseHeadersAsync;
        await call;

        Assert.Equal("header", headers.GetValue("early"));
        Assert.Null(headers.GetValue("late"));
        Assert.Equal("trailer", call.GetTrailers().GetValue("late"));
    }

    [Fact]
    public async Task HeaderInjection_IsRefusedBeforeSending()
    {
        await using var server = await EchoServer.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(
            new EchoRequest(), new Metadata { { "evil", "a\r\nb: c" } }, cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.False(server.Log.FirstCall.IsCompleted);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("")]
    [InlineData("ümlaut")]
    public void BadKey_IsRefused(string key) => Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void BinaryKey_NeedsBytes()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("x-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("x", [1]));
    }
}
