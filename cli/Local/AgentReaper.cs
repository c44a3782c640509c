namespace OpsMesh.Cli.Local;

/// <summary>
/// Ends the programs that the daemons of a data folder supervised. They outlive their daemon by design; the end of a local run is the
/// end of everything. They are found by the variable that the daemon puts into the environment of each start.
/// </summary>
internal static class AgentReaper
{
    private const string Mark = "OPSMESH_LAUNCH=";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    public static async Task<int> RunAsync(MeshLayout layout, TimeProvider clock, CancellationToken hurry)
    {
        var found = Find(layout);
        // The program first: its wrapper, the leader of the session, then writes down how it ended and leaves by itself.
        foreach (var (stamp, isLeader) in found)
        {
            if (!isLeader)
            {
                stamp.Signal(Posix.Term);
            }
        }

        var since = clock.GetTimestamp();
        foreach (var (stamp, _) in found)
        {
            var left = Grace - clock.GetElapsedTime(since);
            await stamp.EndsWithinAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, hurry);
        }

        foreach (var (stamp, _) in Find(layout))
        {
            stamp.Signal(Posix.KillNow);
            await stamp.EndsWithinAsync(TimeSpan.FromSeconds(2), clock, CancellationToken.None);
        }

        return found.Count(f => !f.IsLeader);
    }

    public static List<(ProcessStamp Stamp, bool IsLeader)> Find(MeshLayout layout)
    {
        var mark = Mark + Path.Combine(layout.Root, "data") + Path.DirectorySeparatorChar;
        var found = new List<(ProcessStamp, bool)>();
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), out var pid) && IsMarked(process, mark) && ProcessStamp.Of(pid) is { } stamp)
            {
                found.Add((stamp, ProcessStamp.SessionOf(pid) == pid));
            }
        }

        return found;
    }

    private static bool IsMarked(string process, string mark)
    {
        try
        {
            return File.ReadAllText(process + "/environ").Split('\0').Any(v => v.StartsWith(mark, StringComparison.Ordinal));
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
