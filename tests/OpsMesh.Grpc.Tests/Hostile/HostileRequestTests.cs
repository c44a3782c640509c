using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Requests that no client should send: each gets a clean status, and the server lives on.</summary>
public sealed class HostileRequestTests
{
    private const int Seed = 20_261_121;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static byte[] Frame(byte flag, uint length, params byte[] payload) =>
        [flag, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. payload];

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
        Assert.Equal(StatusCode.Internal, await StatusAsync(raw, method, Frame(0, 10, 1, 2, 3)));
        Assert.Equal(StatusCode.ResourceExhausted, await StatusAsync(raw, method, Frame(0, uint.MaxValue, 1)));
        Assert.Equal(StatusCode.ResourceExhausted, await StatusAsync(raw, method, Frame(0, 5_000_000, 1)));
        Assert.Equal(StatusCode.Internal, await StatusAsync(raw, method, Frame(1, 2, 1, 2)));
        Assert.Equal(single ? StatusCode.Internal : StatusCode.OK, await StatusAsync(raw, method, [.. Frame(0, 0), .. Frame(0, 0)]));
        for (var flag = 2; flag < 256; flag++)
        {
            Assert.Equal(StatusCode.Internal, await StatusAsync(raw, method, Frame((byte)flag, 0)));
        }

        Assert.Equal(StatusCode.OK, await StatusAsync(raw, method, Frame(0, 0)));
    }

    [Fact]
    public async Task BadMetadata_GetsAStatus()
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawCaller(server.Address);
        var body = new EchoRequest { Behaviour = "metadata" }.ToByteArray();
        var frame = Frame(0, (uint)body.Length, body);

        Assert.Equal((int)StatusCode.Internal, await raw.CallAsync("Unary", frame, Token, ("x-bin", "not base64!")));
        Assert.Equal((int)StatusCode.OK, await raw.CallAsync("Unary", frame, Token, ("x-bin", "AAEC,AAE=, AA")));
        Assert.Equal((int)StatusCode.OK, await raw.CallAsync("Unary", Frame(0, 0), Token, ("x-bin", "not base64!")));
    }

    [Fact]
    public async Task DamagedGzip_GetsAStatus()
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawCaller(server.Address);

        var status = await raw.CallAsync("Unary", Frame(1, 5, 1, 2, 3, 4, 5), Token, ("grpc-encoding", "gzip"));

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

    /// <summary>OPSMESH_MUTATIONS sets how many; after each thousand an honest call must pass.</summary>
    [Fact]
    public async Task MutatedFrames_NeverHangOrBreakTheServer()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("OPSMESH_MUTATIONS") ?? "10000", CultureInfo.InvariantCulture);
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawCaller(server.Address);
        var canary = server.Client();
        var payload = new EchoRequest { Text = "mutate me", Count = 3, Payload = ByteString.CopyFrom(1, 2, 3) }.ToByteArray();
        var original = Frame(0, (uint)payload.Length, payload);
        string[] methods = ["Unary", "Collect", "Chat"];
        var random = new Random(Seed);

        for (var done = 0; done < count; done += 1000)
        {
            var bodies = Enumerable.Range(0, Math.Min(1000, count - done)).Select(_ => Mutate(original, random)).ToList();
            await Parallel.ForEachAsync(bodies.Index(), new ParallelOptions { MaxDegreeOfParallelism = 50, CancellationToken = Token }, async (item, token) =>
            {
                var status = await raw.CallAsync(methods[item.Index % methods.Length], item.Item, token);
                Assert.InRange(status, 0, 16);
            });
            Assert.Equal("alive", (await canary.UnaryAsync(new EchoRequest { Text = "alive" }, cancellationToken: Token)).Text);
        }

        Assert.Empty(server.Errors.Lines);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var mutated = original.ToList();
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            switch (random.Next(4))
            {
                case 0 when mutated.Count > 0:
                    mutated[random.Next(mutated.Count)] = (byte)random.Next(256);
                    break;
                case 1 when mutated.Count > 0:
                    mutated.RemoveRange(random.Next(mutated.Count), 1);
                    break;
                case 2:
                    mutated.Insert(random.Next(mutated.Count + 1), (byte)random.Next(256));
                    break;
                case 3 when mutated.Count > 0:
                    var kept = random.Next(mutated.Count);
                    mutated.RemoveRange(kept, mutated.Count - kept);
                    break;
            }
        }

        return [.. mutated];
    }

    private static async Task<StatusCode> StatusAsync(RawCaller raw, string method, byte[] body) =>
        (StatusCode)await raw.CallAsync(method, body, Token);
}
