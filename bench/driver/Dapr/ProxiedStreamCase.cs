using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Dapr;

/// <summary>Streams of messages of 200 bytes through one hop.</summary>
internal sealed class ProxiedStreamCase(RequestBodies bodies, RoundRobin roundRobin, TimeProvider clock) : ICase
{
    public const string Id = "stream";

    private const double MostCpuMicros = 1.2;

    public string Name => Id;

    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken)
    {
        var load = new ServerLoad(ServerLoad.Follow, bodies.FollowLarge, Connections: 2, Streams: 2, ServerLoad.MessagesOfOneStream);
        var (proxied, direct) = await Hops.RunAsync("stream-2x2", load, roundRobin, clock, cancellationToken);
        return
        [
            new()
            {
                Bench = DaprBench.Name,
                Case = "stream-2x2",
                Unit = "messages/s",
                Value = proxied.Rate,
                Peer = new(Hops.Direct, direct.Rate, null),
                Goal = Goal.AtLeast(0.45),
                GoalIsRatio = true,
            },
            new()
            {
                Bench = DaprBench.Name,
                Case = "stream-cpu",
                Unit = "us/message",
                Value = proxied.CpuMicros,
                Goal = Goal.AtMost(MostCpuMicros),
            },
        ];
    }
}
