using System.Runtime.InteropServices;

namespace OpsMesh.Cli.Local;

/// <summary>Signals, which .NET sends only to end a process.</summary>
internal static partial class Posix
{
    public const int Int = 2;
    public const int Term = 15;
    public const int KillNow = 9;

    public static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
