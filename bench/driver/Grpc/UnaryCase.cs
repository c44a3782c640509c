using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Grpc;

/// <summary>Few connections with many calls at a time: each turn of Kestrel's loops serves a hundred, so the library's own cost shows most.</summary>
internal sealed class UnaryCase(RequestBodies bodies, RoundRobin roundRobin) : ICase
{
    public const string Id = "unary";

    public string Name => Id;

    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken)
    {
        string[] kinds = [GrpcSubjects.Routed, GrpcSubjects.Direct, GrpcSubjects.RawTrail];
        var series = await ServerContest.RunAsync(
            "unary-4x100", kinds, new(ServerLoad.Beat, bodies.Beat, Connections: 4, Streams: 100, 1), roundRobin, cancellationToken);
        var limit = series[GrpcSubjects.RawTrail];
        return
        [
            ServerContest.Compare("unary-4x100", "calls/s", series[GrpcSubjects.Routed], GrpcSubjects.RawTrail, limit, Goal.AtLeast(0.72)),
            ServerContest.Compare("unary-4x100-direct", "calls/s", series[GrpcSubjects.Direct], GrpcSubjects.RawTrail, limit, Goal.AtLeast(0.80)),
            new()
            {
                Bench = "grpc",
                Case = "unary-allocated",
                Unit = "B/call",
                Value = series[GrpcSubjects.Routed].BytesPerOperation,
                Peer = new(GrpcSubjects.RawTrail, limit.BytesPerOperation, null),
            },
        ];
    }
}
