using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Supervision;

/// <summary>A program that was launched by this daemon or one before it, and the session it leads its life in.</summary>
internal sealed class SupervisedProcess(ProcessIdentity identity, AgentFolder folder, ulong epoch, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ExitFileLimit = TimeSpan.FromSeconds(2);

    public ProcessIdentity Identity { get; } = identity;

    public bool IsAlive => Identity.BootId == ProcFs.BootId && Lives(Identity.Pid, Identity.StartTicks);

    private bool WrapperIsAlive => Identity.BootId == ProcFs.BootId && Lives(Identity.Wrapper, Identity.WrapperStartTicks);

    public void Signal(int signal)
    {
        if (IsAlive)
        {
            _ = Libc.Kill(Identity.Pid, signal);
        }
    }

    /// <summary>SIGKILL to the program and everything in its session but the wrapper, which then records the end.</summary>
    public void KillAll()
    {
        // A process may fork between the look and the signal; its child is found in the next round.
        for (var round = 0; round < 10; round++)
        {
            Signal(Libc.SigKill);
            var others = SessionMembers();
            if (others.Count == 0)
            {
                return;
            }

            foreach (var pid in others)
            {
                _ = Libc.Kill(pid, Libc.SigKill);
            }
        }
    }

    /// <returns>How it ended, once it has.</returns>
    public async Task<ProcessEnd> EndAsync(CancellationToken cancellationToken)
    {
        while (IsAlive)
        {
            await Task.Delay(Look, clock, cancellationToken);
        }

        if (Identity.BootId != ProcFs.BootId)
        {
            return ProcessEnd.Reboot;
        }

        // The wrapper writes the exit code a moment after the program is gone.
        var since = clock.GetTimestamp();
        var wrapperLived = true;
        while (true)
        {
            if (folder.ReadExit(epoch) is { } status)
            {
                return ProcessEnd.FromStatus(status);
            }

            if (!wrapperLived || clock.GetElapsedTime(since) > ExitFileLimit)
            {
                return ProcessEnd.Unknown;
            }

            wrapperLived = WrapperIsAlive;
            await Task.Delay(TimeSpan.FromMilliseconds(5), clock, cancellationToken);
        }
    }

    /// <returns>False when it still lives after the limit; never throws for that.</returns>
    public async Task<bool> EndsWithinAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (IsAlive)
        {
            if (clock.GetElapsedTime(since) >= limit)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), clock, cancellationToken);
        }

        return true;
    }

    private static bool Lives(int pid, ulong startTicks) =>
        ProcFs.TryReadStat(pid, out var stat) && stat.StartTicks == startTicks && !stat.IsDead;

    /// <summary>The number of a session stays taken while it has members; the mark in the environment excludes a later session of the same number.</summary>
    private List<int> SessionMembers()
    {
        var mark = LaunchMark.Of(folder, epoch);
        return [.. ProcFs.All()
            // Children of the wrapper beside the program move the exit code into its place.
            .Where(p => p.Session == Identity.Wrapper && p.Pid != Identity.Wrapper && p.Parent != Identity.Wrapper && p.Pid != Identity.Pid && !p.IsDead)
            .Where(p => ProcFs.HasEnvironment(p.Pid, mark))
            .Select(p => p.Pid)];
    }
}
