using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Grpc;

/// <summary>What a connection of an idle daemon costs the server: resident memory before its first call and after it.</summary>
internal sealed class ConnectionMemoryCase(Schedule schedule, Progress progress, TimeProvider clock) : ICase
{
    public const string Id = "connections";

    // Their calls load the code that every first call needs, which no connection should be charged for.
    private const int WarmUp = 200;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly int _connections = schedule.IsQuick ? 1_000 : 5_000;

    public string Name => Id;

    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken)
    {
        string[] kinds = [GrpcSubjects.Routed, GrpcSubjects.RawTrail];
        var found = kinds.ToDictionary(kind => kind, _ => new List<(double Idle, double Used)>());
        var rounds = schedule.IsQuick ? 1 : schedule.Rounds;
        for (var round = 0; round < rounds; round++)
        {
            foreach (var kind in kinds)
            {
                var memory = await MeasureAsync(kind, cancellationToken);
                found[kind].Add(memory);
                progress.Say(
                    $"connections: round {round + 1}/{rounds}, {kind}: {memory.Idle:0.0} KB each before a call, {memory.Used:0.0} KB after one");
            }
        }

        return
        [
            Describe("connections-idle", found, memory => memory.Idle, Goal.AtMost(36)),
            Describe("connections-used", found, memory => memory.Used, Goal.AtMost(42)),
        ];
    }

    /// <summary>Kilobytes a connection. A new server each time: memory that one has taken it does not give back.</summary>
    private async Task<(double Idle, double Used)> MeasureAsync(string kind, CancellationToken cancellationToken)
    {
        await using var server = await GrpcSubjects.ServeAsync(kind, Placement.Anywhere, cancellationToken);
        await GrpcSubjects.ProbeAsync(kind, server, 0, cancellationToken);
        await using var holder = await GrpcSubjects.HoldAsync(GrpcSubjects.PortOf(server), cancellationToken);
        await holder.AskAsync($"open {WarmUp}", cancellationToken);
        await holder.AskAsync("call", cancellationToken);
        var before = await ResidentAsync(server, cancellationToken);
        await holder.AskAsync($"open {_connections}", cancellationToken);
        var idle = await ResidentAsync(server, cancellationToken);
        await holder.AskAsync("call", cancellationToken);
        var used = await ResidentAsync(server, cancellationToken);
        return ((idle - before) / _connections, (used - before) / _connections);
    }

    private async Task<double> ResidentAsync(Subject server, CancellationToken cancellationToken)
    {
        await Task.Delay(Settling, clock, cancellationToken);
        return ProcessCpu.ResidentKilobytes(server.Pid);
    }

    private static Result Describe(
        string name, Dictionary<string, List<(double Idle, double Used)>> found, Func<(double Idle, double Used), double> figure, Goal goal) => new()
        {
            Bench = "grpc",
            Case = name,
            Unit = "KB each",
            Value = Spread.Of(found[GrpcSubjects.Routed].Select(figure)),
            Peer = new(GrpcSubjects.RawTrail, Spread.Of(found[GrpcSubjects.RawTrail].Select(figure)), null),
            Goal = goal,
        };
}
