using System.Runtime.CompilerServices;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Rpc;

namespace OpsMesh.Daemon.Logs;

/// <summary>
/// A log from a place on, then each new line. Pulls from the file at the reader's own pace, so a slow reader costs nothing and misses nothing.
/// </summary>
internal sealed class LogTail(LogPages pages, TimeProvider clock)
{
    private const int LinesPerBatch = 500;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(20);

    /// <summary>The first batch has no lines and comes at once; so does one after each 20 s without lines.</summary>
    /// <param name="lines">Lines to begin with when the query has neither cursor nor since.</param>
    /// <exception cref="Grpc.Core.RpcException">The query or the log cannot be read.</exception>
    public async IAsyncEnumerable<LogBatch> ReadAsync(
        LogSource source, LogQuery query, int lines, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = LogRange.From(query, isForward: true).OrThrowRpc();
        var place = Start(source, query, range, lines);
        yield return Batch(source, place, place);

        ulong skipped = 0;
        var silentSince = clock.GetTimestamp();
        LogGap? gap = null;
        while (true)
        {
            // Asked before reading: what is written between the two is read in the next round.
            var isOver = source.IsOver(place.Epoch);
            var page = pages.ReadOne(source, range, place, LinesPerBatch).OrThrowRpc();
            var next = place with { Offset = page.To };
            skipped += page.Skipped;
            if (page.Lines.Count > 0 || gap is not null || clock.GetElapsedTime(silentSince) > LongestSilence)
            {
                var batch = Batch(source, place, next);
                batch.Lines.AddRange(page.Lines);
                batch.SkippedLines = skipped;
                batch.Gap = gap;
                yield return batch;
                (skipped, gap, silentSince) = (0, null, clock.GetTimestamp());
            }

            place = next;
            if (page.IsAtBound)
            {
                yield break;
            }

            if (!page.IsAtEnd)
            {
                continue;
            }

            if (isOver && LogPlaces.Next(source, page, place.Epoch, isForward: true) is { } later)
            {
                gap = new LogGap { FromOffset = (ulong)place.Offset, ToOffset = (ulong)place.Offset, Reason = "SOURCE_ENDED" };
                place = later;
            }
            else if (!follow)
            {
                yield break;
            }
            else
            {
                await Task.Delay(Look, clock, cancellationToken);
            }
        }
    }

    private LogCursor Start(LogSource source, LogQuery query, LogRange range, int lines)
    {
        var isForward = query.Cursor.Length > 0 || query.Since is not null;
        if (LogPlaces.Start(source, query, isForward).OrThrowRpc().Place is not { } place)
        {
            // No log yet: the first start writes the first.
            return new LogCursor(1, 0);
        }

        if (isForward || lines <= 0)
        {
            return place;
        }

        var last = pages.ReadOne(source, range with { IsForward = false }, place, lines).OrThrowRpc();
        return place with { Offset = last.From };
    }

    private static LogBatch Batch(LogSource source, LogCursor from, LogCursor to) => new()
    {
        Source = source.Name,
        SourceEpoch = from.Epoch,
        FromOffset = (ulong)from.Offset,
        Cursor = to.ToString(),
    };
}
