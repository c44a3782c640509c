using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Commands;

/// <summary>
/// A place where a test ends the daemon as a power cut would: OPSMESH_FAILPOINT=after-journal:kill, heard only when daemon.yaml says dev: true.
/// </summary>
internal sealed class Failpoint(bool dev, string? setting)
{
    public const string Variable = "OPSMESH_FAILPOINT";

    /// <summary>Between the record that a command began and its effect.</summary>
    public const string AfterJournal = "after-journal";

    public void Hit(string place)
    {
        if (dev && setting == $"{place}:kill")
        {
            _ = Libc.Kill(Environment.ProcessId, Libc.SigKill);
        }
    }
}
