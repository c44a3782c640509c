using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Logs;

/// <summary>A log file opened for reading. Only a regular file is opened: the agent may have put a link, a pipe or a device in its place.</summary>
internal sealed class LogFile : IDisposable
{
    private const uint TypeAndSize = 0x201;
    private const int StatBytes = 256;
    private const int ModeAt = 28;
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int NoSuchFile = 2;

    private readonly SafeFileHandle _handle;

    private LogFile(SafeFileHandle handle) => _handle = handle;

    public long Length => RandomAccess.GetLength(_handle);

    /// <returns>OBJECT_UNKNOWN when there is no such file; LOG_SOURCE_REPLACED when it is something else than a file.</returns>
    public static Outcome<LogFile> Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.Exists(path)
                ? new LogFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
                : Missing();
        }

        var file = Libc.Open(path, Libc.ReadOnly | Libc.NonBlocking | Libc.NoFollow | Libc.CloseOnExec);
        if (file < 0)
        {
            return Marshal.GetLastPInvokeError() == NoSuchFile ? Missing() : Replaced();
        }

        var handle = new SafeFileHandle(file, ownsHandle: true);
        Span<byte> stat = stackalloc byte[StatBytes];
        if (Libc.StatX(file, "", Libc.AtEmptyPath, TypeAndSize, stat) == 0
            && (BinaryPrimitives.ReadUInt16LittleEndian(stat[ModeAt..]) & FileTypeMask) == RegularFile)
        {
            return new LogFile(handle);
        }

        handle.Dispose();
        return Replaced();
    }

    /// <summary>Fills as much of the buffer as the file has from there on.</summary>
    public int Read(Span<byte> buffer, long offset)
    {
        var got = 0;
        while (got < buffer.Length && RandomAccess.Read(_handle, buffer[got..], offset + got) is > 0 and var read)
        {
            got += read;
        }

        return got;
    }

    public void Dispose() => _handle.Dispose();

    private static Failure Missing() => new(FailureKind.NotFound, Reasons.ObjectUnknown, "There is no such log.");

    private static Failure Replaced() =>
        new(FailureKind.Conflict, Reasons.LogSourceReplaced, "The log is not a regular file any more; nothing is read from what stands in its place.");
}
