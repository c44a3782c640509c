using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local;

/// <summary>Stops what is still running of a data folder whose `up` is no more (it was killed).</summary>
internal static class Leftovers
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <returns>How many processes had to be stopped.</returns>
    public static async Task<int> StopAsync(MeshLayout layout, TimeProvider clock, CancellationToken hurry)
    {
        var records = RunRecord.All(layout);
        var alive = records.Where(r => r.IsAlive).Reverse().ToList();
        // What the others keep their state in comes last.
        await StopAsync(alive.Where(r => r.ProcessKind != ProcessKind.Store), clock, hurry);
        await StopAsync(alive.Where(r => r.ProcessKind == ProcessKind.Store), clock, hurry);

        var agents = await AgentReaper.RunAsync(layout, clock, hurry);
        records.ForEach(r => File.Delete(layout.RunFile(r.Name)));
        if (Directory.Exists(layout.Run) && RunRecord.Up(layout) is null)
        {
            File.Delete(layout.RunFile(RunRecord.UpKind));
        }

        return alive.Count + agents;
    }

    private static async Task StopAsync(IEnumerable<RunRecord> records, TimeProvider clock, CancellationToken hurry)
    {
        List<RunRecord> stopping = [.. records];
        stopping.ForEach(r => r.Stamp.Signal(ProcessPlan.StopSignal(r.ProcessKind)));
        foreach (var record in stopping)
        {
            if (!await record.Stamp.EndsWithinAsync(Limit, clock, hurry))
            {
                record.Stamp.Signal(Posix.KillNow);
                await record.Stamp.EndsWithinAsync(TimeSpan.FromSeconds(5), clock, CancellationToken.None);
            }
        }
    }
}
