using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Grpc;

/// <summary>Streams of small messages from the server, a flush after each.</summary>
internal sealed class StreamCase(RequestBodies bodies, RoundRobin roundRobin) : ICase
{
    public const string Id = "stream";

    public string Name => Id;

    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken)
    {
        var series = await ServerContest.RunAsync(
            "stream-4x10",
            [GrpcSubjects.Routed, GrpcSubjects.RawStream],
            new(ServerLoad.Follow, bodies.Follow, Connections: 4, Streams: 10, ServerLoad.MessagesOfOneStream),
            roundRobin,
            cancellationToken);
        return
        [
            ServerContest.Compare(
                "stream-4x10", "messages/s", series[GrpcSubjects.Routed], GrpcSubjects.RawStream, series[GrpcSubjects.RawStream], Goal.AtLeast(0.80)),
        ];
    }
}
