using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Grpc;

/// <summary>Servers of several kinds, all alive, loaded in turn.</summary>
internal static class ServerContest
{
    public static async Task<IReadOnlyDictionary<string, Series>> RunAsync(
        string what, IEnumerable<string> kinds, ServerLoad load, RoundRobin roundRobin, CancellationToken cancellationToken)
    {
        var servers = new List<Subject>();
        try
        {
            var contestants = new List<IContestant>();
            foreach (var kind in kinds)
            {
                var server = await GrpcSubjects.ServeAsync(kind, Placement.Measured, cancellationToken);
                servers.Add(server);
                await GrpcSubjects.ProbeAsync(kind, server, load.MessagesOfStream, cancellationToken);
                contestants.Add(new LoadedServer(kind, server, load));
            }

            return await roundRobin.RunAsync(what, contestants, cancellationToken);
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Throughput of one kind beside another's.</summary>
    public static Result Compare(string name, string unit, Series ours, string peer, Series theirs, Goal goal) => new()
    {
        Bench = "grpc",
        Case = name,
        Unit = unit,
        Value = ours.Rate,
        CpuMicros = ours.CpuMicros.Median,
        Peer = new(peer, theirs.Rate, theirs.CpuMicros.Median),
        Goal = goal,
        GoalIsRatio = true,
    };
}
