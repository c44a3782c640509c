using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Grpc;

/// <summary>One call at a time on each of many connections, as a fleet of daemons calls: the kernel's part is the largest.</summary>
internal sealed class ManyConnectionsCase(RequestBodies bodies, RoundRobin roundRobin) : ICase
{
    public const string Id = "many-connections";

    public string Name => Id;

    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken)
    {
        var series = await ServerContest.RunAsync(
            "unary-400x1",
            [GrpcSubjects.Routed, GrpcSubjects.RawTrail],
            new(ServerLoad.Beat, bodies.Beat, Connections: 400, Streams: 1, 1),
            roundRobin,
            cancellationToken);
        return
        [
            ServerContest.Compare(
                "unary-400x1", "calls/s", series[GrpcSubjects.Routed], GrpcSubjects.RawTrail, series[GrpcSubjects.RawTrail], Goal.AtLeast(0.90)),
        ];
    }
}
