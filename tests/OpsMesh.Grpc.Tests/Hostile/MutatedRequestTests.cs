using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>
/// Mutated frames and header blocks through sockets to a running server. Most mutations are requests beside each other on one connection,
/// each of which must get its own status; the last of a connection breaks HTTP/2 itself, and the server must hang up.
/// </summary>
[Collection(Alone.Name)]
public sealed class MutatedRequestTests(ITestOutputHelper output)
{
    private const int Round = 1000;
    private const int PerConnection = 10;
    private const long RoundBytes = 16 * 1024 * 1024;
    private const long TotalBytes = 4 * 1024 * 1024;
    private const int ProtocolError = 1;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>After each thousand an honest call passes, and the server holds no more than before.</summary>
    [Fact]
    public async Task MutatedFramesAndHeaders_GetAStatusAndLeaveNothing()
    {
        output.WriteLine($"{MutationSettings.Count} mutations, OPSMESH_SEED={MutationSettings.Seed}");
        await using var server = await EchoServer.StartAsync();
        var canary = server.Client();
        await RunAsync(server, canary, new Random(MutationSettings.Seed + 1), 2 * Round);
        var start = Footprint.Of(server);
        output.WriteLine($"before: {start}");

        var random = new Random(MutationSettings.Seed);
        for (var done = 0; done < MutationSettings.Count; done += Round)
        {
            await RunAsync(server, canary, random, Math.Min(Round, MutationSettings.Count - done));
            server.Log.Lines.Clear();
            await start.AssertIsBackAsync(server, RoundBytes, Token);
        }

        output.WriteLine($"after: {await start.AssertIsBackAsync(server, TotalBytes, Token)}");
        Assert.Empty(server.Errors.Lines);
    }

    private static async Task RunAsync(EchoServer server, Echo.EchoClient canary, Random random, int count)
    {
        // Chosen in order, so that the seed alone decides; sent by several connections at once.
        var mutator = new RequestMutator(random);
        var connections = Enumerable.Range(0, count / PerConnection)
            .Select(_ => (Calls: Enumerable.Range(0, PerConnection - 1).Select(_ => mutator.Next()).ToList(), Broken: mutator.NextBroken((2 * PerConnection) - 1)))
            .ToList();
        await Parallel.ForEachAsync(
            connections,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token },
            async (item, token) => await SendAsync(server.Address, item.Calls, item.Broken, token).WaitAsync(Limit, TimeProvider.System, token));
        var reply = await canary.UnaryAsync(new EchoRequest { Text = "alive" }, cancellationToken: Token).ResponseAsync.WaitAsync(Limit, TimeProvider.System, Token);
        Assert.Equal("alive", reply.Text);
    }

    private static async Task SendAsync(Uri address, List<(RawCall Call, bool IsGrpc)> calls, byte[] broken, CancellationToken cancellationToken)
    {
        using var connection = await RawConnection.OpenAsync(address, cancellationToken);
        await connection.SendAsync(calls.SelectMany((item, index) => item.Call.ToBytes((2 * index) + 1)).ToArray(), cancellationToken);
        var ends = await connection.ReadEndsAsync([.. Enumerable.Range(0, calls.Count).Select(index => (2 * index) + 1)], cancellationToken);
        for (var index = 0; index < calls.Count; index++)
        {
            Assert.True(ends.TryGetValue((2 * index) + 1, out var end), $"the connection ended before {Describe(calls[index].Call)}");
            if (calls[index].IsGrpc || end.Grpc is not null)
            {
                Assert.True(end.Grpc is >= 0 and <= 16, $"{end} for {Describe(calls[index].Call)}");
            }
            else
            {
                Assert.True(end.Http is >= 400 || end.Reset == ProtocolError, $"{end} for {Describe(calls[index].Call)}");
            }
        }

        await connection.SendAsync(broken, cancellationToken);
        connection.EndSending();
        await connection.DrainAsync(cancellationToken);
    }

    private static string Describe(RawCall call) =>
        $"{string.Join(' ', call.Headers.Select(field => $"{field.Name}={field.Value}"))} {Convert.ToHexString(call.Body)} split at {call.Split}";
}
