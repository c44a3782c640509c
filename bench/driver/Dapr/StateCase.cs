using OpsMesh.Bench.Grpc;
using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Dapr;

/// <summary>State calls one after the other, beside the driver alone on the same disk.</summary>
internal sealed class StateCase(RoundRobin roundRobin, TimeProvider clock) : ICase
{
    public const string Id = "state";

    private const string Raw = "driver";

    // Medians of daprd 1.18.3 with one call at a time on a machine like this: milliseconds.
    private static readonly (string Store, string Operation, double Daprd)[] Figures =
    [
        (SidecarMesh.SqliteStore, "get", 0.27),
        (SidecarMesh.SqliteStore, "save", 0.46),
        (SidecarMesh.SqliteStore, "transaction", 0.49),
        (SidecarMesh.MemoryStore, "get", 0.18),
        (SidecarMesh.MemoryStore, "save", 0.18),
        (SidecarMesh.MemoryStore, "transaction", 0.18),
    ];

    public string Name => Id;

    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken)
    {
        await using var mesh = await SidecarMesh.StartAsync(new Dictionary<string, int> { [SidecarMesh.Caller] = 0 }, clock, cancellationToken);
        await using var raw = await StartAsync(Raw, ["state", "sqlite", mesh.RawFile], cancellationToken);
        var results = new List<Result>();
        foreach (var store in Figures.GroupBy(figure => figure.Store))
        {
            var address = mesh.GrpcAddress(SidecarMesh.Caller).ToString();
            await using var program = await StartAsync(store.Key, ["state", "sidecar", address, store.Key], cancellationToken);
            foreach (var (_, operation, daprd) in store)
            {
                var what = $"{store.Key}-{operation}";
                List<IContestant> contestants = [new TimedProgram(store.Key, program, operation)];
                if (store.Key == SidecarMesh.SqliteStore)
                {
                    contestants.Add(new TimedProgram(Raw, raw, operation));
                }

                var series = await roundRobin.RunAsync(what, contestants, cancellationToken);
                results.Add(new()
                {
                    Bench = DaprBench.Name,
                    Case = what,
                    Unit = "ms",
                    Value = TimedProgram.Milliseconds(series[store.Key]),
                    Peer = series.TryGetValue(Raw, out var beside) ? new(Raw, TimedProgram.Milliseconds(beside), null) : null,
                    Goal = Goal.AtMost(daprd),
                });
            }
        }

        return results;
    }

    private static Task<Subject> StartAsync(string name, string[] arguments, CancellationToken cancellationToken) =>
        Subject.StartAsync(name, GrpcSubjects.Command(arguments), Placement.Anywhere, new Dictionary<string, string>(), cancellationToken);
}
