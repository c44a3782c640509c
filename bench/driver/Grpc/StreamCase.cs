using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Grpc;

/// <summary>Streams of small messages from the server, a flush after each.</summary>
internal sealed class StreamCase(RequestBodies bodies, RoundRobin roundRobin) : ICase
{
    public const string Id = "stream";

    /// <summary>Of one stream; the raw peer sends as many whatever it is asked.</summary>
    public const int Messages = 1_000;

    public string Name => Id;

    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken)
    {
        var series = await ServerContest.RunAsync(
            "stream-4x10",
            [GrpcSubjects.Routed, GrpcSubjects.RawStream],
            new(ServerLoad.Follow, bodies.Follow, Connections: 4, Streams: 10, Messages),
            roundRobin,
            cancellationToken);
        return
        [
            ServerContest.Compare(
                "stream-4x10", "messages/s", series[GrpcSubjects.Routed], GrpcSubjects.RawStream, series[GrpcSubjects.RawStream], Goal.AtLeast(0.80)),
        ];
    }
}
