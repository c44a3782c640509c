using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Mutated headers, messages, trailers and frames against the client: each call ends with a status, and nothing stays behind.</summary>
[Collection(Alone.Name)]
public sealed class MutatedResponseTests(ITestOutputHelper output)
{
    private const int Round = 1000;
    private const int Channels = 8;
    private const long ToleratedBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly byte[] Alive = [10, 5, .. "alive"u8];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A fifth as many as of requests.</summary>
    [Fact]
    public async Task MutatedAnswers_EndTheCallAndLeaveNothing()
    {
        var count = MutationSettings.Count / 5;
        output.WriteLine($"{count} mutations, OPSMESH_SEED={MutationSettings.Seed}");
        var mutations = new ConcurrentQueue<Func<int, HostileAnswer>>();
        await using var server = new HostileServer(HostileServer.AtTheEnd(stream =>
            mutations.TryDequeue(out var mutation) ? mutation(stream) : new(HostileAnswer.Honest(stream, Alive))));
        var channels = Enumerable.Range(0, Channels).Select(_ => GrpcChannel.ForAddress(server.Address)).ToList();
        await RunAsync(channels, mutations, new Random(MutationSettings.Seed + 1), Round);
        var start = Footprint.Of(() => server.Connections);
        output.WriteLine($"before: {start}");

        var random = new Random(MutationSettings.Seed);
        for (var done = 0; done < count; done += Round)
        {
            await RunAsync(channels, mutations, random, Math.Min(Round, count - done));
            await start.AssertIsBackAsync(() => server.Connections, ToleratedBytes, Token);
        }

        output.WriteLine($"after: {Footprint.Of(() => server.Connections)}");
        channels.ForEach(channel => channel.Dispose());
    }

    private static async Task RunAsync(
        List<GrpcChannel> channels, ConcurrentQueue<Func<int, HostileAnswer>> mutations, Random random, int count)
    {
        // A seed of its own for each, so that the order in which they are taken does not matter.
        var seeds = Enumerable.Range(0, count).Select(_ => random.Next()).ToList();
        seeds.ForEach(seed => mutations.Enqueue(stream => new ResponseMutator(new Random(seed)).Next(stream)));
        await Parallel.ForEachAsync(
            channels.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = Channels, CancellationToken = Token },
            async (item, _) =>
            {
                var client = new Echo.EchoClient(item.Item);
                while (!mutations.IsEmpty)
                {
                    var status = await CallAsync(client, item.Index % 2 == 0).WaitAsync(Limit, TimeProvider.System, Token);
                    Assert.InRange((int)status, 0, 16);
                }

                await AssertIsOfUseAsync(client);
            });
    }

    private static async Task<StatusCode> CallAsync(Echo.EchoClient client, bool single)
    {
        try
        {
            if (single)
            {
                await client.UnaryAsync(new EchoRequest(), cancellationToken: Token);
            }
            else
            {
                using var call = client.Expand(new EchoRequest(), cancellationToken: Token);
                await foreach (var _ in call.ResponseStream.ReadAllAsync(Token))
                {
                }
            }

            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }

    /// <summary>Whatever was said before, an honest answer arrives. A connection that the server is hanging up on may still take a call or two.</summary>
    private static async Task AssertIsOfUseAsync(Echo.EchoClient client)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var reply = await client.UnaryAsync(new EchoRequest(), cancellationToken: Token).ResponseAsync.WaitAsync(Limit, TimeProvider.System, Token);
                Assert.Equal("alive", reply.Text);
                return;
            }
            catch (RpcException refused) when (attempt < 10 && refused.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
            {
            }
        }
    }
}
