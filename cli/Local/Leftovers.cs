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
        alive.ForEach(r => r.Stamp.Signal(Posix.Term));
        foreach (var record in alive)
        {
            if (!await record.Stamp.EndsWithinAsync(Limit, clock, hurry))
            {
                record.Stamp.Signal(Posix.KillNow);
                await record.Stamp.EndsWithinAsync(TimeSpan.FromSeconds(5), clock, CancellationToken.None);
            }
        }

        var agents = await AgentReaper.RunAsync(layout, clock, hurry);
        records.ForEach(r => File.Delete(layout.RunFile(r.Name)));
        if (Directory.Exists(layout.Run) && RunRecord.Up(layout) is null)
        {
            File.Delete(layout.RunFile(RunRecord.UpKind));
        }

        return alive.Count + agents;
    }
}
