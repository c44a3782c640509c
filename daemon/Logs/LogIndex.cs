using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace OpsMesh.Daemon.Logs;

/// <summary>One mark of an index: at this time the file had this length.</summary>
internal readonly record struct LogMark(long Offset, DateTimeOffset Time, bool IsApproximate);

/// <summary>
/// When the lines of one log file were written: marks of 16 bytes in a file beside it, one each second or 64 KiB while it grows.
/// Without sync: after a power cut the newest marks may be missing, and lines get the time of the next one.
/// </summary>
internal sealed class LogIndex
{
    private const int MarkBytes = 16;
    private const long ApproximateBit = 1L << 62;
    private const long GrowthPerMark = 64 * 1024;
    private static readonly TimeSpan TimePerMark = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _path;
    private long _count;
    private LogMark _last;

    public LogIndex(string path)
    {
        _path = path;
        using var file = Open();
        _count = RandomAccess.GetLength(file) / MarkBytes;
        _last = _count == 0 ? default : ReadMark(file, _count - 1);
    }

    /// <summary>Notes that the file has this length now. Marks that come too soon after one another are left out.</summary>
    /// <param name="always">True when somebody reads these lines now and needs their time.</param>
    public void Note(long length, DateTimeOffset time, bool isApproximate, bool always = false)
    {
        lock (_gate)
        {
            var grown = length - _last.Offset;
            if (grown <= 0 || (!always && grown < GrowthPerMark && time - _last.Time < TimePerMark && time >= _last.Time))
            {
                return;
            }

            _last = new LogMark(length, time, isApproximate);
            Span<byte> bytes = stackalloc byte[MarkBytes];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, length | (isApproximate ? ApproximateBit : 0));
            BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], time.ToUnixTimeMilliseconds());
            using var file = Open();
            RandomAccess.Write(file, bytes, _count * MarkBytes);
            _count++;
        }
    }

    /// <summary>The mark by which the byte before <paramref name="end"/> had been written, null when none is that far; and where the mark before it stands.</summary>
    public (LogMark? Mark, long Before) MarkFor(long end)
    {
        using var file = Open();
        var position = Search(file, mark => mark.Offset >= end);
        return (position < Count() ? ReadMark(file, position) : null, position == 0 ? 0 : ReadMark(file, position - 1).Offset);
    }

    /// <summary>Place before which every line is older than <paramref name="time"/>.</summary>
    public long OffsetBefore(DateTimeOffset time)
    {
        using var file = Open();
        var position = Search(file, mark => mark.Time >= time);
        return position == 0 ? 0 : ReadMark(file, position - 1).Offset;
    }

    /// <summary>Place behind which every line is newer than <paramref name="time"/>; null when there is none.</summary>
    public long? OffsetAfter(DateTimeOffset time)
    {
        using var file = Open();
        var position = Search(file, mark => mark.Time > time);
        return position < Count() ? ReadMark(file, position).Offset : null;
    }

    /// <summary>For a moment only: an agent that was started a thousand times has a thousand of these files.</summary>
    private SafeFileHandle Open() =>
        File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private long Count()
    {
        lock (_gate)
        {
            return _count;
        }
    }

    /// <summary>Position of the first mark that holds; the count of marks when none does.</summary>
    private long Search(SafeFileHandle file, Predicate<LogMark> holds)
    {
        long low = 0;
        var high = Count();
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (holds(ReadMark(file, middle)))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private static LogMark ReadMark(SafeFileHandle file, long position)
    {
        Span<byte> bytes = stackalloc byte[MarkBytes];
        RandomAccess.Read(file, bytes, position * MarkBytes);
        var offset = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
        return new LogMark(offset & ~ApproximateBit, time, (offset & ApproximateBit) != 0);
    }
}
