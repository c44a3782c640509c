using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;

namespace OpsMesh.Daemon.Logs;

/// <summary>Answers one page of a log. A page never mixes starts of the agent; the cursor leads over to the next.</summary>
internal sealed class LogPages(TimeProvider clock)
{
    /// <param name="lines">1 to 1,000.</param>
    public Outcome<GetLogsResponse> Read(LogSource source, LogQuery query, int lines, bool isForward)
    {
        var range = LogRange.From(query, isForward);
        if (!range.Succeeded)
        {
            return range.Failure;
        }

        var start = LogPlaces.Start(source, query, isForward);
        if (!start.Succeeded)
        {
            return start.Failure;
        }

        var answer = new GetLogsResponse();
        var place = start.Value.Place;
        if (start.Value.Gap is { } gap)
        {
            answer.Gaps.Add(gap);
        }

        while (place is { } here)
        {
            var page = ReadOne(source, range.Value, here, lines);
            if (!page.Succeeded)
            {
                return page.Failure;
            }

            answer.SourceEpoch = here.Epoch;
            answer.Lines.AddRange(page.Value.Lines);
            place = LogPlaces.Next(source, page.Value, here.Epoch, isForward);
            if (page.Value.Lines.Count > 0 || (place is { } next && next.Epoch == here.Epoch))
            {
                break;
            }
        }

        answer.NextCursor = place?.ToString() ?? "";
        return answer;
    }

    /// <summary>One page of one start.</summary>
    public Outcome<LogPage> ReadOne(LogSource source, LogRange range, LogCursor place, int lines)
    {
        var isOver = source.IsOver(place.Epoch);
        var opened = source.Open(place.Epoch);
        if (!opened.Succeeded)
        {
            // A start that has not written yet has no file; that is an empty log.
            return opened.Failure.Kind == FailureKind.NotFound
                ? new LogPage { IsAtEnd = true, From = place.Offset, To = place.Offset }
                : opened.Failure;
        }

        using var file = opened.Value;
        var reader = new LogReader(file, source.Index(place.Epoch), range, clock);
        return range.IsForward
            ? reader.Forward(place.Offset, lines, isOver)
            : reader.Backward(Math.Min(place.Offset, file.Length), lines, isOver);
    }
}
