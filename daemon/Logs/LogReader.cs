using System.Buffers;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Logs;

/// <summary>Lines of one start of an agent, in either direction.</summary>
internal sealed class LogReader(LogFile file, LogIndex index, LogRange range, TimeProvider clock)
{
    private const int BlockBytes = 512 * 1024;
    private const int FirstWindowBytes = 64 * 1024;
    private const int LargestWindowBytes = 4 * 1024 * 1024;

    private readonly List<LinePlace> _places = [];
    private readonly MarkLookup _marks = new(index, clock);

    /// <summary>From <paramref name="offset"/> on, oldest first.</summary>
    /// <param name="isOver">Whether the bytes behind the last line end are a line too.</param>
    public LogPage Forward(long offset, int most, bool isOver)
    {
        var page = new LogPage { From = offset, To = offset };
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            while (page.HasRoom(most))
            {
                var length = file.Length;
                index.Note(length, clock.GetUtcNow(), isApproximate: false, always: true);
                var got = file.Read(buffer.AsSpan(0, (int)Math.Clamp(length - page.To, 0, BlockBytes)), page.To);
                var isEnd = page.To + got >= length;
                _places.Clear();
                LogSplitter.Split(buffer.AsSpan(0, got), takeRest: isEnd && isOver, _places);
                var from = page.To;
                foreach (var place in _places)
                {
                    if (!page.HasRoom(most) || !Take(page, buffer, place, from))
                    {
                        return page;
                    }

                    page.To = from + place.End;
                }

                page.Scanned += got;
                if (isEnd)
                {
                    page.IsAtEnd = true;
                    return page;
                }
            }

            return page;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>From <paramref name="offset"/> back, answered oldest first.</summary>
    /// <param name="offset">Where the newest wanted line ends; at most the length.</param>
    /// <param name="isOver">Whether the bytes behind the last line end are a line too.</param>
    public LogPage Backward(long offset, int most, bool isOver)
    {
        var page = new LogPage { From = offset, To = offset };
        index.Note(file.Length, clock.GetUtcNow(), isApproximate: false, always: true);
        var takeRest = isOver || offset < file.Length;
        while (page.From > 0 && page.HasRoom(most))
        {
            var (bytes, start) = ReadWindow(page.From);
            _places.Clear();
            var rest = LogSplitter.Split(bytes, takeRest, _places);
            if (page.To == page.From)
            {
                page.To = page.From = start + rest;
            }

            takeRest = true;
            var wanted = TakeBackward(page, bytes, start, most);
            page.Scanned += bytes.Length;
            if (!wanted)
            {
                break;
            }
        }

        page.IsAtEnd |= page.From <= 0;
        page.Lines.Reverse();
        return page;
    }

    /// <returns>False when no older line is wanted.</returns>
    private bool TakeBackward(LogPage page, byte[] bytes, long start, int most)
    {
        if (_places.Count == 0)
        {
            page.From = start;
            return start > 0;
        }

        for (var i = _places.Count - 1; i >= 0; i--)
        {
            if (!page.HasRoom(most))
            {
                return false;
            }

            var place = _places[i];
            if (!Take(page, bytes, place, start))
            {
                return false;
            }

            page.From = start + place.Start;
        }

        return true;
    }

    /// <summary>The bytes before <paramref name="end"/>, from the start of a line on. A line too long for the largest window is cut anywhere.</summary>
    private (byte[] Bytes, long Start) ReadWindow(long end)
    {
        for (var size = FirstWindowBytes; ; size *= 4)
        {
            var start = Math.Max(0, end - size);
            var bytes = new byte[end - start];
            file.Read(bytes, start);
            if (start == 0)
            {
                return (bytes, 0);
            }

            // The line end before the first whole line; the last byte may end the line that is wanted.
            var lineEnd = bytes.AsSpan(0, bytes.Length - 1).IndexOf((byte)'\n');
            if (lineEnd >= 0)
            {
                return (bytes[(lineEnd + 1)..], start + lineEnd + 1);
            }

            if (size >= LargestWindowBytes)
            {
                return (bytes, start);
            }
        }
    }

    /// <returns>False when this line and all beyond it are out of the range of times.</returns>
    private bool Take(LogPage page, byte[] bytes, LinePlace place, long start)
    {
        var end = start + place.End;
        var mark = _marks.For(end);
        switch (range.Judge(mark.Time))
        {
            case RangeVerdict.TooNew when range.IsForward:
            case RangeVerdict.TooOld when !range.IsForward:
                page.IsAtBound = true;
                return false;
            case RangeVerdict.Within when range.Filter.Matches(bytes.AsSpan(place.Start, place.TextEnd - place.Start)):
                page.Add(new LogLine
                {
                    Offset = (ulong)(start + place.Start),
                    Time = mark.Time.ToTimestamp(),
                    Text = Encoding.UTF8.GetString(bytes, place.Start, place.TextEnd - place.Start),
                    TimeApproximate = mark.IsApproximate,
                    Continued = place.IsContinued,
                });
                break;
            default:
                page.Skipped++;
                break;
        }

        return true;
    }
}
