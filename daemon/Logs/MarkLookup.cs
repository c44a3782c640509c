namespace OpsMesh.Daemon.Logs;

/// <summary>Marks of lines that are read one after the other: most share the mark of the line before.</summary>
internal sealed class MarkLookup(LogIndex index, TimeProvider clock)
{
    private LogMark? _mark;
    private long _validFrom;

    /// <param name="end">Where the line ends.</param>
    public LogMark For(long end)
    {
        if (_mark is { } last && end > _validFrom && end <= last.Offset)
        {
            return last;
        }

        var (mark, before) = index.MarkFor(end);
        _mark = mark ?? new LogMark(end, clock.GetUtcNow(), false);
        _validFrom = before;
        return _mark.Value;
    }
}
