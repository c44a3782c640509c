using OpsMesh.Bench.Grpc;
using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Dapr;

/// <summary>From the call that publishes an event to its delivery, to an application that serves gRPC.</summary>
internal sealed class PublishCase(RoundRobin roundRobin, TimeProvider clock) : ICase
{
    public const string Id = "publish";

    // As daprd's in-memory broker on a machine like this.
    private const double MostMilliseconds = 0.60;

    public string Name => Id;

    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken)
    {
        await using var app = await Subject.StartAsync(
            SidecarMesh.Events, GrpcSubjects.Command("events"), Placement.Anywhere, new Dictionary<string, string>(), cancellationToken);
        await using var mesh = await SidecarMesh.StartAsync(
            new Dictionary<string, int> { [SidecarMesh.Events] = GrpcSubjects.PortOf(app) }, clock, cancellationToken);
        var series = await roundRobin.RunAsync(
            "publish", [new TimedProgram(SidecarMesh.Events, app, mesh.GrpcAddress(SidecarMesh.Events).ToString())], cancellationToken);
        return
        [
            new()
            {
                Bench = DaprBench.Name,
                Case = "publish-to-delivery",
                Unit = "ms",
                Value = TimedProgram.Milliseconds(series[SidecarMesh.Events]),
                Goal = Goal.AtMost(MostMilliseconds),
            },
        ];
    }
}
