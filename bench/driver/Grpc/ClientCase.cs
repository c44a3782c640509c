using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Grpc;

/// <summary>Our channel and a hand-written loop against the same server, which is idle most of the time.</summary>
internal sealed class ClientCase(RoundRobin roundRobin) : ICase
{
    public const string Id = "client";

    private const int Connections = 4;
    private const int Streams = 100;
    private const double MostBytesPerCall = 6.5 * 1024;

    public string Name => Id;

    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await GrpcSubjects.ServeAsync(GrpcSubjects.RawTrail, Placement.Other, cancellationToken);
        var address = GrpcSubjects.AddressOf(server);
        await using var channel = await GrpcSubjects.CallAsync(GrpcSubjects.Channel, address, Connections, Streams, cancellationToken);
        await using var hand = await GrpcSubjects.CallAsync(GrpcSubjects.Hand, address, Connections, Streams, cancellationToken);
        var series = await roundRobin.RunAsync(
            "client-4x100",
            [new CallingClient(GrpcSubjects.Channel, channel), new CallingClient(GrpcSubjects.Hand, hand)],
            cancellationToken);
        var (ours, limit) = (series[GrpcSubjects.Channel], series[GrpcSubjects.Hand]);
        return
        [
            ServerContest.Compare("client-4x100", "calls/s", ours, GrpcSubjects.Hand, limit, Goal.AtLeast(0.90)),
            new()
            {
                Bench = "grpc",
                Case = "client-allocated",
                Unit = "B/call",
                Value = ours.BytesPerOperation,
                Peer = new(GrpcSubjects.Hand, limit.BytesPerOperation, null),
                Goal = Goal.AtMost(MostBytesPerCall),
            },
        ];
    }
}
