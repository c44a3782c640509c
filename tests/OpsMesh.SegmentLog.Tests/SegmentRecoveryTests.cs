namespace OpsMesh.Segments;

public sealed class SegmentRecoveryTests : IDisposable
{
    private readonly LogFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TornTail_IsCutAtEveryPossibleByte()
    {
        await FillAsync(5);
        var whole = await File.ReadAllBytesAsync(_folder.Segments[0], Cancel);
        var record = (whole.Length - SegmentFormat.FileHeadBytes) / 5;

        for (var length = SegmentFormat.FileHeadBytes; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(_folder.Segments[0], whole[..length], Cancel);
            await using var log = await _folder.OpenAsync();

            var kept = (length - SegmentFormat.FileHeadBytes) / record;
            Assert.Equal(kept, log.Read().Count());
            Assert.Equal(kept + 1, await log.AppendAsync(1, LogFolder.Payload("next"), sync: true, Cancel));
            Assert.Equal("next", LogFolder.Text(log.Read().Last()));
        }
    }

    [Fact]
    public async Task DamagedRecord_IsSkippedWithAGapOfOne()
    {
        await FillAsync(10);
        var record = (new FileInfo(_folder.Segments[0]).Length - SegmentFormat.FileHeadBytes) / 10;
        LogFolder.Flip(_folder.Segments[0], SegmentFormat.FileHeadBytes + (record * 4) + 40);

        await using var log = await _folder.OpenAsync();

        Assert.Equal([1, 2, 3, 4, 6, 7, 8, 9, 10], log.Read().Select(r => r.Seq));
        Assert.Equal(1, log.Read().Single(r => r.Seq == 6).Missing);
        Assert.Equal(new SegmentGap(5, 5, record, SegmentGapReason.Damaged), Assert.Single(log.Gaps));
    }

    [Fact]
    public async Task UnreadableSegment_IsSetAsideWithAnExactGap()
    {
        await FillAsync(200);
        var lost = _folder.Segments[1];
        var bytes = await File.ReadAllBytesAsync(lost, Cancel);
        LogFolder.Flip(lost, 2);

        await using var log = await _folder.OpenAsync();

        var gap = Assert.Single(log.Gaps);
        Assert.Equal(SegmentGapReason.SegmentMissing, gap.Reason);
        Assert.Equal(200, log.Read().Count() + gap.Count);
        Assert.Equal(gap.Count, log.Read().Sum(r => r.Missing));
        Assert.Equal(bytes.Length, new FileInfo(lost + ".bad").Length);
    }

    [Fact]
    public async Task UnreadableLastSegment_NeverGivesItsNumbersAgain()
    {
        await FillAsync(200);
        LogFolder.Flip(_folder.Segments[^1], 9);

        await using var log = await _folder.OpenAsync();

        Assert.True(await log.AppendAsync(1, LogFolder.Payload("x"), sync: true, Cancel) > 200);
        Assert.True(Assert.Single(log.Gaps).Count > 0);
    }

    [Fact]
    public async Task CopyOfAnotherSegmentInAPayload_IsNotTakenForRecords()
    {
        await FillAsync(20);
        var foreign = await File.ReadAllBytesAsync(_folder.Segments[0], Cancel);
        using var other = new LogFolder();
        await using (var log = await other.OpenAsync())
        {
            await log.AppendAsync(1, foreign, sync: true, Cancel);
            await log.AppendAsync(1, LogFolder.Payload("after"), sync: true, Cancel);
        }

        LogFolder.Flip(other.Segments[0], SegmentFormat.FileHeadBytes + 3);
        await using var damaged = await other.OpenAsync();

        Assert.Equal(["after"], damaged.Read().Select(LogFolder.Text));
    }

    [Fact]
    public async Task AnySingleFlip_LosesAtMostItsNeighboursAndIsReported()
    {
        await FillAsync(120);
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            using var copy = _folder.CopyAsAfterAKill();
            var file = copy.Segments[random.Next(copy.Segments.Count)];
            LogFolder.Flip(file, random.NextInt64(new FileInfo(file).Length));

            await using var log = await copy.OpenAsync();

            var read = log.Read().ToList();
            Assert.All(read, r => Assert.StartsWith($"record {r.Seq} ", LogFolder.Text(r), StringComparison.Ordinal));
            Assert.True(read.Count == 120 || log.Gaps.Count > 0, "a loss without a gap");
        }
    }

    [Fact]
    public async Task KillAtEveryStep_LosesNothingThatWasAcknowledged()
    {
        var copies = new List<(LogFolder Copy, long Acked, long Trimmed)>();
        long acked = 0, trimmed = 1;
        var options = LogFolder.Small with { Step = _ => copies.Add((_folder.CopyAsAfterAKill(), Volatile.Read(ref acked), Volatile.Read(ref trimmed))) };
        await using (var log = await _folder.OpenAsync(options))
        {
            for (var n = 1; n <= 150; n++)
            {
                Volatile.Write(ref acked, await log.AppendAsync(1, LogFolder.Payload($"record {n} {new string('y', 80)}"), n % 3 == 0, Cancel));
                if (n % 40 == 0)
                {
                    await log.TrimAsync(n - 10, Cancel);
                    Volatile.Write(ref trimmed, n - 10);
                }
            }
        }

        Assert.True(copies.Count > 150);
        foreach (var (copy, mustHave, mayLack) in copies)
        {
            await using (var log = await copy.OpenAsync())
            {
                var read = log.Read().ToList();
                Assert.Equal(0, read.Sum(r => r.Missing));
                Assert.Empty(log.Gaps);
                Assert.True(mustHave < mayLack || read[^1].Seq >= mustHave);
                Assert.True(log.FirstSeq >= mayLack);
            }

            copy.Dispose();
        }
    }

    private async Task FillAsync(int records)
    {
        await using var log = await _folder.OpenAsync();
        for (var n = 1; n <= records; n++)
        {
            await log.AppendAsync(1, LogFolder.Payload($"record {n:000} {new string('x', 60)}".Replace($"{n:000}", $"{n}".PadRight(3), StringComparison.Ordinal)), sync: false, Cancel);
        }
    }
}
