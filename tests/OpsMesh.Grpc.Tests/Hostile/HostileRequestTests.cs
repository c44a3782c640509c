using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Requests that no client should send: each gets a clean status, and the server lives on.</summary>
public sealed class HostileRequestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Unary")]
    [InlineData("Expand")]
    [InlineData("Collect")]
    [InlineData("Chat")]
    public async Task BadFrames_GetAStatus(string method)
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawCaller(server.Address);
        var single = method is "Unary" or "Expand";

        Assert.Equal(single ? StatusCode.Internal : StatusCode.OK, await StatusAsync(raw, method, []));
        Assert.Equal(StatusCode.Internal, await StatusAsync(raw, method, [0]));
        Assert.Equal(StatusCode.Internal, await StatusAsync(raw, method, [0, 0, 0, 0]));
        Assert.Equal(StatusCode.Internal, await StatusAsync(raw, method, RawCall.Message(0, 10, 1, 2, 3)));
        Assert.Equal(StatusCode.ResourceExhausted, await StatusAsync(raw, method, RawCall.Message(0, uint.MaxValue, 1)));
        Assert.Equal(StatusCode.ResourceExhausted, await StatusAsync(raw, method, RawCall.Message(0, 5_000_000, 1)));
        Assert.Equal(StatusCode.Internal, await StatusAsync(raw, method, RawCall.Message(1, 2, 1, 2)));
        Assert.Equal(single ? StatusCode.Internal : StatusCode.OK, await StatusAsync(raw, method, [.. RawCall.Message(0, 0), .. RawCall.Message(0, 0)]));
        for (var flag = 2; flag < 256; flag++)
        {
            Assert.Equal(StatusCode.Internal, await StatusAsync(raw, method, RawCall.Message((byte)flag, 0)));
        }

        Assert.Equal(StatusCode.OK, await StatusAsync(raw, method, RawCall.Message(0, 0)));
    }

    [Fact]
    public async Task BadMetadata_GetsAStatus()
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawCaller(server.Address);
        var body = new EchoRequest { Behaviour = "metadata" }.ToByteArray();
        var frame = RawCall.Message(0, (uint)body.Length, body);

        Assert.Equal((int)StatusCode.Internal, await raw.CallAsync("Unary", frame, Token, ("x-bin", "not base64!")));
        Assert.Equal((int)StatusCode.OK, await raw.CallAsync("Unary", frame, Token, ("x-bin", "AAEC,AAE=, AA")));
        Assert.Equal((int)StatusCode.OK, await raw.CallAsync("Unary", RawCall.Message(0, 0), Token, ("x-bin", "not base64!")));
    }

    [Theory]
    [InlineData("0S", StatusCode.DeadlineExceeded)]
    [InlineData("0n", StatusCode.DeadlineExceeded)]
    [InlineData("99999999H", StatusCode.OK)]
    [InlineData("100000000S", StatusCode.OK)]
    [InlineData("18446744073709551616n", StatusCode.OK)]
    [InlineData("", StatusCode.OK)]
    [InlineData("S", StatusCode.OK)]
    [InlineData("1", StatusCode.OK)]
    [InlineData("-1S", StatusCode.OK)]
    [InlineData("+0S", StatusCode.OK)]
    [InlineData("0 S", StatusCode.OK)]
    [InlineData("0s", StatusCode.OK)]
    [InlineData("0.5S", StatusCode.OK)]
    [InlineData("0S,0S", StatusCode.OK)]
    public async Task BadTimeout_IsNoTimeout(string timeout, StatusCode expected)
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawCaller(server.Address);

        foreach (var method in RawCall.Methods)
        {
            Assert.Equal((int)expected, await raw.CallAsync(method, RawCall.Message([]), Token, ("grpc-timeout", timeout)));
        }
    }

    [Fact]
    public async Task DamagedGzip_GetsAStatus()
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawCaller(server.Address);

        var status = await raw.CallAsync("Unary", RawCall.Message(1, 5, 1, 2, 3, 4, 5), Token, ("grpc-encoding", "gzip"));

        Assert.Equal((int)StatusCode.Internal, status);
    }

    [Fact]
    public async Task OtherProtocols_AreTurnedAway()
    {
        await using var server = await EchoServer.StartAsync();
        using var http = new HttpClient { DefaultRequestVersion = System.Net.HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var json = await http.PostAsync(
            new Uri(server.Address, "/opsmesh.grpc.tests.Echo/Unary"), new StringContent("{}", null, "application/json"), Token);
        using var get = await http.GetAsync(new Uri(server.Address, "/opsmesh.grpc.tests.Echo/Unary"), Token);

        Assert.Equal(415, (int)json.StatusCode);
        Assert.Equal(405, (int)get.StatusCode);
    }

    private static async Task<StatusCode> StatusAsync(RawCaller raw, string method, byte[] body) =>
        (StatusCode)await raw.CallAsync(method, body, Token);
}
