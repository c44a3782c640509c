using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Dapr;

/// <summary>What one hop adds to a unary call.</summary>
internal sealed class ProxyCase(RequestBodies bodies, RoundRobin roundRobin, TimeProvider clock) : ICase
{
    public const string Id = "proxy";

    private const double MostAddedMilliseconds = 0.25;
    private const double MostCpuMicros = 100;

    public string Name => Id;

    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken)
    {
        var alone = await Hops.RunAsync("proxy-1", Load(connections: 1, streams: 1), roundRobin, clock, cancellationToken);
        var many = await Hops.RunAsync("proxy-64", Load(connections: 4, streams: 16), roundRobin, clock, cancellationToken);
        return
        [
            new()
            {
                Bench = DaprBench.Name,
                Case = "proxy-added",
                Unit = "ms/call",
                Value = Added(alone.Proxied.Rate, alone.Direct.Rate),
                Goal = Goal.AtMost(MostAddedMilliseconds),
            },
            new()
            {
                Bench = DaprBench.Name,
                Case = "proxy-cpu",
                Unit = "us/call",
                Value = many.Proxied.CpuMicros,
                Goal = Goal.AtMost(MostCpuMicros),
            },
            new()
            {
                Bench = DaprBench.Name,
                Case = "proxy-64",
                Unit = "calls/s",
                Value = many.Proxied.Rate,
                CpuMicros = many.Proxied.CpuMicros.Median,
                Peer = new(Hops.Direct, many.Direct.Rate, many.Direct.CpuMicros.Median),
            },
        ];
    }

    private ServerLoad Load(int connections, int streams) => new(ServerLoad.Beat, bodies.Beat, connections, streams, 1);

    /// <summary>Milliseconds of one call after the other, less those of the direct way's median.</summary>
    private static Spread Added(Spread proxied, Spread direct) => new(
        Milliseconds(proxied.Median) - Milliseconds(direct.Median),
        Milliseconds(proxied.Most) - Milliseconds(direct.Median),
        Milliseconds(proxied.Least) - Milliseconds(direct.Median));

    private static double Milliseconds(double rate) => 1_000 / rate;
}
