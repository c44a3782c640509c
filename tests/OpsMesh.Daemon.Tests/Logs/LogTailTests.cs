using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Logs;

public sealed class LogTailTests
{
    [Fact]
    public async Task Follow_GivesTheLastLinesThenEachNewOneAndCrossesToTheNextStart()
    {
        using var log = new LogHarness { Live = 1 };
        log.Write(1, "one\ntwo\nthree\n");
        var tail = new LogTail(log.Pages, log.Clock);
        using var due = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        await using var batches = tail.ReadAsync(log.Source, new LogQuery(), 2, follow: true, due.Token).GetAsyncEnumerator(due.Token);

        var first = await NextAsync(batches);
        var last = await NextAsync(batches);
        log.Write(1, "four\nfi");
        var fresh = await NextAsync(batches);
        log.Write(2, "again\n");
        log.Live = 2;
        var rest = await NextAsync(batches);
        var next = await NextAsync(batches);

        Assert.Empty(first.Lines);
        Assert.Equal("agent/a/out", first.Source);
        Assert.Equal(["two", "three"], last.Lines.Select(l => l.Text));
        Assert.Equal(["four"], fresh.Lines.Select(l => l.Text));
        Assert.Equal("1:19", fresh.Cursor);
        Assert.Equal(["fi"], rest.Lines.Select(l => l.Text));
        Assert.Equal(["again"], next.Lines.Select(l => l.Text));
        Assert.Equal(2ul, next.SourceEpoch);
        Assert.Equal("SOURCE_ENDED", next.Gap.Reason);
    }

    [Fact]
    public async Task WithoutFollow_ItEndsAfterWhatThereIs()
    {
        using var log = new LogHarness();
        log.Write(1, string.Concat(Enumerable.Range(0, 1200).Select(i => $"{i}\n")));
        log.Write(2, "end\n");
        var tail = new LogTail(log.Pages, log.Clock);

        var lines = new List<string>();
        ulong skipped = 0;
        await foreach (var batch in tail.ReadAsync(log.Source, new LogQuery { Cursor = "1:0", Regex = "^1?00|end" }, 0, false, TestContext.Current.CancellationToken))
        {
            lines.AddRange(batch.Lines.Select(l => l.Text));
            skipped += batch.SkippedLines;
        }

        Assert.Equal(["100", "1000", "1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008", "1009", "end"], lines);
        Assert.Equal(1201ul - 12, skipped);
    }

    private static async Task<LogBatch> NextAsync(IAsyncEnumerator<LogBatch> batches)
    {
        Assert.True(await batches.MoveNextAsync());
        return batches.Current;
    }
}
