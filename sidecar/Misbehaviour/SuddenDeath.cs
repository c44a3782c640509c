using System.Diagnostics;

namespace OpsMesh.Sidecar.Misbehaviour;

internal static class SuddenDeath
{
    /// <summary>SIGKILL to this process: nothing is flushed, nobody is told.</summary>
    public static void Die()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();

        // The signal is on its way; nothing may be answered before it comes.
        Thread.CurrentThread.Join();
    }
}
