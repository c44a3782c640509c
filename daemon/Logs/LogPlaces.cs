using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Logs;

/// <summary>Where reading begins, and where it goes on.</summary>
internal static class LogPlaces
{
    /// <returns>No place when the agent has no log yet.</returns>
    public static Outcome<(LogCursor? Place, LogGap? Gap)> Start(LogSource source, LogQuery query, bool isForward)
    {
        var epochs = source.Epochs();
        if (query.Cursor.Length > 0)
        {
            return FromCursor(source, epochs, query.Cursor, isForward);
        }

        if (epochs.Count == 0)
        {
            return (null, null);
        }

        return (isForward ? FirstSince(source, epochs, query.Since?.ToDateTimeOffset()) : LastUntil(source, epochs, query.Until?.ToDateTimeOffset()), null);
    }

    /// <summary>Where the page behind this one begins; null when there is nothing more now.</summary>
    public static LogCursor? Next(LogSource source, LogPage page, ulong epoch, bool isForward)
    {
        if (page.IsAtBound)
        {
            return null;
        }

        if (!page.IsAtEnd)
        {
            return new(epoch, isForward ? page.To : page.From);
        }

        var epochs = source.Epochs();
        return isForward
            ? epochs.Where(e => e > epoch).Select(e => (LogCursor?)new LogCursor(e, 0)).FirstOrDefault()
            : epochs.Where(e => e < epoch).Select(e => (LogCursor?)new LogCursor(e, LengthOf(source, e))).LastOrDefault();
    }

    public static long LengthOf(LogSource source, ulong epoch)
    {
        var opened = source.Open(epoch);
        if (!opened.Succeeded)
        {
            return 0;
        }

        using var file = opened.Value;
        return file.Length;
    }

    private static Outcome<(LogCursor? Place, LogGap? Gap)> FromCursor(LogSource source, IReadOnlyList<ulong> epochs, string text, bool isForward)
    {
        if (!LogCursor.TryParse(text, out var cursor))
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldFormat, "A cursor is EPOCH:OFFSET, as a former answer gave it.") { Field = "query.cursor" };
        }

        if (epochs.Contains(cursor.Epoch))
        {
            return cursor.Offset <= LengthOf(source, cursor.Epoch)
                ? (cursor, null)
                : new Failure(FailureKind.Invalid, Reasons.OutOfRange, "The cursor is behind the end of the log.") { Field = "query.cursor" };
        }

        if (epochs.Count == 0 || cursor.Epoch > epochs[^1])
        {
            return new Failure(FailureKind.Invalid, Reasons.OutOfRange, "The cursor is of a start that has not been.") { Field = "query.cursor" };
        }

        // The log of that start is gone as a whole.
        var gap = new LogGap { FromOffset = (ulong)cursor.Offset, ToOffset = (ulong)cursor.Offset, Reason = "QUOTA" };
        return isForward
            ? (new LogCursor(epochs.First(e => e > cursor.Epoch), 0), gap)
            : (epochs.Where(e => e < cursor.Epoch).Select(e => (LogCursor?)new LogCursor(e, LengthOf(source, e))).LastOrDefault(), gap);
    }

    private static LogCursor FirstSince(LogSource source, IReadOnlyList<ulong> epochs, DateTimeOffset? since)
    {
        if (since is not { } time)
        {
            return new(epochs[0], 0);
        }

        foreach (var epoch in epochs)
        {
            var offset = source.Index(epoch).OffsetBefore(time);
            if (offset < LengthOf(source, epoch) || epoch == epochs[^1])
            {
                return new(epoch, offset);
            }
        }

        return new(epochs[^1], LengthOf(source, epochs[^1]));
    }

    private static LogCursor LastUntil(LogSource source, IReadOnlyList<ulong> epochs, DateTimeOffset? until)
    {
        for (var i = epochs.Count - 1; i >= 0; i--)
        {
            var length = LengthOf(source, epochs[i]);
            var end = until is { } time ? Math.Min(source.Index(epochs[i]).OffsetAfter(time) ?? length, length) : length;
            if (end > 0 || i == 0)
            {
                return new(epochs[i], end);
            }
        }

        return new(epochs[0], 0);
    }
}
