using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Testing;

namespace OpsMesh.Daemon.Logs;

public sealed class LogPagesTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pages_GiveEveryLineOnceInEitherDirection(bool forward)
    {
        using var log = new LogHarness();
        var random = new Random(7);
        var expected = Enumerable.Range(0, 5000).Select(i => $"{i} {new string('x', random.Next(0, 200))}").ToList();
        log.Write(1, string.Concat(expected.Take(2000).Select(l => l + "\n")));
        log.Write(3, string.Concat(expected.Skip(2000).Select(l => l + "\n")));
        var read = new List<string>();

        var cursor = "";
        do
        {
            var page = log.Get(new LogQuery { Cursor = cursor }, 333, forward);
            read.InsertRange(forward ? read.Count : 0, page.Lines.Select(l => l.Text));
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);

        Assert.Equal(expected, read);
    }

    [Fact]
    public void Offsets_AreThoseOfTheBytes()
    {
        using var log = new LogHarness();
        log.Write(1, "ä\nbc\n\nd\n");

        var page = log.Get();

        Assert.Equal([(0ul, "ä"), (3ul, "bc"), (6ul, ""), (7ul, "d")], page.Lines.Select(l => (l.Offset, l.Text)));
        Assert.Equal("", page.NextCursor);
        Assert.Equal(1ul, page.SourceEpoch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LineWithoutEnd_IsALineOnlyWhenNothingCanFollow(bool forward)
    {
        using var log = new LogHarness { Live = 1 };
        log.Write(1, "one\ntwo");

        var live = log.Get(forward: forward);
        log.Live = null;
        var over = log.Get(forward: forward);

        Assert.Equal(["one"], live.Lines.Select(l => l.Text));
        Assert.Equal(["one", "two"], over.Lines.Select(l => l.Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LongLine_IsSplitAndSaysSo(bool forward)
    {
        using var log = new LogHarness();
        log.Write(1, "a\n" + new string('ü', 300_000) + "\nb\n");

        var page = log.Get(forward: forward);

        Assert.Equal([1, 131_072, 131_072, 37_856, 1], page.Lines.Select(l => l.Text.Length));
        Assert.Equal([false, true, true, false, false], page.Lines.Select(l => l.Continued));
        Assert.DoesNotContain(page.Lines, l => l.Text.Contains('\uFFFD', StringComparison.Ordinal));
    }

    [Fact]
    public void Filter_IsExecutedHere()
    {
        using var log = new LogHarness();
        log.Write(1, string.Concat(Enumerable.Range(0, 1000).Select(i => $"line {i}\n")));

        var contains = log.Get(new LogQuery { Contains = "line 99" });
        var regex = log.Get(new LogQuery { Regex = "^line 9[0-2]$" });

        Assert.Equal(["line 99", .. Enumerable.Range(990, 10).Select(i => $"line {i}")], contains.Lines.Select(l => l.Text));
        Assert.Equal(["line 90", "line 91", "line 92"], regex.Lines.Select(l => l.Text));
    }

    [Theory]
    [InlineData("(", Reasons.FieldFormat)]
    [InlineData("(a)\\1", Reasons.FieldFormat)]
    public void BadExpression_IsRefused(string pattern, string reason)
    {
        using var log = new LogHarness();

        var outcome = log.TryGet(new LogQuery { Regex = pattern });

        Assert.Equal(reason, outcome.Failure?.Reason);
        Assert.Equal("query.regex", outcome.Failure?.Field);
    }

    [Theory]
    [InlineData("x", Reasons.FieldFormat)]
    [InlineData("1:", Reasons.FieldFormat)]
    [InlineData("1:-1", Reasons.FieldFormat)]
    [InlineData("1:99", Reasons.OutOfRange)]
    [InlineData("9:0", Reasons.OutOfRange)]
    public void BadCursor_IsRefused(string cursor, string reason)
    {
        using var log = new LogHarness();
        log.Write(1, "one\n");

        Assert.Equal(reason, log.TryGet(new LogQuery { Cursor = cursor }).Failure?.Reason);
    }

    [Fact]
    public void NoLogYet_IsAnEmptyPage()
    {
        using var log = new LogHarness();

        var page = log.Get();

        Assert.Empty(page.Lines);
        Assert.Equal("", page.NextCursor);
    }

    [Fact]
    public void CursorOfALogThatIsGone_GoesOnBehindAGap()
    {
        using var log = new LogHarness();
        log.Write(5, "five\n");

        var page = log.Get(new LogQuery { Cursor = "3:100" }, forward: true);

        Assert.Equal(["five"], page.Lines.Select(l => l.Text));
        Assert.Equal("QUOTA", Assert.Single(page.Gaps).Reason);
    }

    [Fact]
    public void SymbolicLinkInPlaceOfALog_IsNotFollowed()
    {
        using var log = new LogHarness();
        File.CreateSymbolicLink(log.PathOf(1), "/etc/passwd");

        Assert.Equal(Reasons.LogSourceReplaced, log.TryGet().Failure?.Reason);
    }

    [Fact]
    public async Task PipeInPlaceOfALog_DoesNotHang()
    {
        using var log = new LogHarness();
        using (var make = Process.Start("mkfifo", [log.PathOf(1)]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(Reasons.LogSourceReplaced, log.TryGet().Failure?.Reason);
    }

    [Fact]
    public void Times_ComeFromWhenTheFileWasSeenToGrow()
    {
        var clock = new ManualClock();
        using var log = new LogHarness(clock) { Live = 1 };
        var start = clock.GetUtcNow();
        foreach (var i in Enumerable.Range(0, 10))
        {
            log.Write(1, $"line {i}\n");
            log.Source.NoteNow();
            clock.Advance(TimeSpan.FromSeconds(2));
        }

        var all = log.Get();
        var some = log.Get(new LogQuery { Since = start.AddSeconds(6).ToTimestamp(), Until = start.AddSeconds(10).ToTimestamp() });
        var forward = log.Get(new LogQuery { Since = start.AddSeconds(6).ToTimestamp(), Until = start.AddSeconds(10).ToTimestamp() }, forward: true);

        Assert.Equal(Enumerable.Range(0, 10).Select(i => start.AddSeconds(2 * i)), all.Lines.Select(l => l.Time.ToDateTimeOffset()));
        Assert.All(all.Lines, l => Assert.False(l.TimeApproximate));
        Assert.Equal(["line 3", "line 4", "line 5"], some.Lines.Select(l => l.Text));
        Assert.Equal(some.Lines, forward.Lines);
        Assert.Equal("", forward.NextCursor);
    }

    [Fact]
    public void LinesOfATimeWithoutDaemon_AreMarkedAsApproximate()
    {
        using var log = new LogHarness { Live = 1 };
        log.Write(1, "seen\n");
        log.Source.NoteNow();
        log.Write(1, "unseen\n");
        var later = new LogSource("a", LogStream.Stdout, log.Folder, () => 1, TimeProvider.System);

        later.NoteAway();

        var page = log.Pages.Read(later, new LogQuery(), 10, isForward: false).Value!;
        Assert.Equal([("seen", false), ("unseen", true)], page.Lines.Select(l => (l.Text, l.TimeApproximate)));
    }
}
