using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Logs;

internal enum RangeVerdict
{
    Within,
    TooOld,
    TooNew,
}

/// <summary>Which lines are wanted: by time, by text, and in which direction.</summary>
/// <param name="Since">Null: no bound.</param>
/// <param name="Until">Null: no bound.</param>
internal sealed record LogRange(LogFilter Filter, DateTimeOffset? Since, DateTimeOffset? Until, bool IsForward)
{
    public static Outcome<LogRange> From(LogQuery query, bool isForward)
    {
        var filter = LogFilter.From(query);
        return filter.Succeeded
            ? new LogRange(filter.Value, query.Since?.ToDateTimeOffset(), query.Until?.ToDateTimeOffset(), isForward)
            : filter.Failure;
    }

    public RangeVerdict Judge(DateTimeOffset time) =>
        time < Since ? RangeVerdict.TooOld : time > Until ? RangeVerdict.TooNew : RangeVerdict.Within;
}
