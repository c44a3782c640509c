using System.Runtime.InteropServices;

namespace OpsMesh.Daemon.Platform;

/// <summary>The few calls of the C library that .NET has no method for.</summary>
internal static partial class Libc
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    public const int ReadOnly = 0;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;
    public static readonly int Directory = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    public const int AtEmptyPath = 0x1000;

    private const int ScClockTick = 2;
    private static readonly Lazy<int> Ticks = new(() => OperatingSystem.IsLinux() ? (int)SysConf(ScClockTick) : 100);

    /// <summary>Unit of the times in /proc.</summary>
    public static int TicksPerSecond => Ticks.Value;

    /// <returns>0, or -1 with the error in Marshal.GetLastPInvokeError().</returns>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "sysconf")]
    internal static partial nint SysConf(int name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int FSync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int file);

    /// <summary>The one stat whose structure is the same on every architecture.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> result);
}
