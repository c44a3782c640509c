namespace OpsMesh.Segments;

public sealed class SegmentLogTests : IDisposable
{
    private readonly LogFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AppendedRecords_AreReadInOrderWithTheirEpochAndClass()
    {
        await using var log = await _folder.OpenAsync();

        Assert.Equal(1, await log.AppendAsync(7, LogFolder.Payload("a"), sync: true, Cancel));
        Assert.Equal(2, await log.AppendAsync(8, ReadOnlyMemory<byte>.Empty, sync: false, Cancel));

        var records = log.Read().ToList();
        Assert.Equal([(1, 3, 7, "a", 0), (2, 3, 8, "", 0)], records.Select(r => (r.Seq, r.Epoch, (int)r.Class, LogFolder.Text(r), r.Missing)));
        Assert.Equal(2, Assert.Single(log.Read(2)).Seq);
        Assert.Empty(log.Read(3));
        Assert.Empty(log.Gaps);
    }

    [Fact]
    public async Task ReopenedLog_ContinuesWithTheNextNumber()
    {
        await FillAsync(100);

        await using var log = await _folder.OpenAsync(LogFolder.Small with { Epoch = 4 });
        Assert.Equal(101, await log.AppendAsync(1, LogFolder.Payload("new"), sync: true, Cancel));

        Assert.Equal(Enumerable.Range(1, 101).Select(n => (long)n), log.Read().Select(r => r.Seq));
        Assert.Equal((3, 4), (log.Read().First().Epoch, log.Read().Last().Epoch));
        Assert.True(_folder.Segments.Count > 1);
        Assert.Empty(log.Gaps);
    }

    [Fact]
    public async Task ManyAppends_ShareTheirSyncs()
    {
        var syncs = 0;
        await using var log = await _folder.OpenAsync(new SegmentLogOptions { Step = step => syncs += step == "sync" ? 1 : 0 });

        var seqs = await Task.WhenAll(Enumerable.Range(0, 5_000).Select(n => log.AppendAsync(1, LogFolder.Payload($"{n}"), sync: true, Cancel).AsTask()));

        Assert.Equal(5_000, seqs.Distinct().Count());
        Assert.InRange(syncs, 1, 1_000);
    }

    [Fact]
    public async Task LargestPayload_IsKeptAndALargerOneRefused()
    {
        await using var log = await _folder.OpenAsync();
        var largest = new byte[SegmentLogOptions.MaxPayloadBytes];
        Random.Shared.NextBytes(largest);

        await log.AppendAsync(1, largest, sync: true, Cancel);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.AppendAsync(1, new byte[largest.Length + 1], sync: true, Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await log.AppendAsync(255, largest, sync: true, Cancel));

        Assert.Equal(largest, Assert.Single(log.Read()).Payload.ToArray());
    }

    [Fact]
    public async Task SecondOwner_IsRefusedWhileTheFirstHasTheFolder()
    {
        await using (await _folder.OpenAsync())
        {
            await Assert.ThrowsAsync<IOException>(() => _folder.OpenAsync());
        }

        await (await _folder.OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task TrimmedRecords_AreGoneAndSoAreTheirSegments()
    {
        await FillAsync(300);
        var before = _folder.Segments.Count;
        await using (var log = await _folder.OpenAsync())
        {
            await log.TrimAsync(250, Cancel);

            Assert.Equal(250, log.Read().First().Seq);
            Assert.Equal(0, log.Read().First().Missing);
            Assert.True(_folder.Segments.Count < before);
        }

        await using var again = await _folder.OpenAsync();
        Assert.Equal((250, 0), (again.FirstSeq, again.Gaps.Count));
        await again.TrimAsync(10_000, Cancel);
        Assert.Empty(again.Read());
        Assert.Equal(301, await again.AppendAsync(1, LogFolder.Payload("x"), sync: true, Cancel));
    }

    [Fact]
    public async Task QuotaThatRefuses_SaysSoUntilSomethingIsTrimmed()
    {
        await using var log = await _folder.OpenAsync(LogFolder.Small with { MaxBytes = 8192 });
        var last = 0L;
        await Assert.ThrowsAsync<SegmentLogFullException>(async () =>
        {
            while (true)
            {
                last = await log.AppendAsync(1, new byte[100], sync: false, Cancel);
            }
        });

        Assert.InRange(log.Bytes, 7_000, 8192);
        await log.TrimAsync(last, Cancel);
        Assert.Equal(last + 1, await log.AppendAsync(1, new byte[100], sync: true, Cancel));
        Assert.Empty(log.Gaps);
    }

    [Fact]
    public async Task QuotaThatDrops_KeepsTheNewestAndCountsExactly()
    {
        var options = LogFolder.Small with { MaxBytes = 16_384, WhenFull = WhenFull.DropOldest };
        await using (var log = await _folder.OpenAsync(options))
        {
            for (var n = 0; n < 2_000; n++)
            {
                await log.AppendAsync(1, new byte[100], sync: false, Cancel);
                Assert.InRange(log.Bytes, 0, 16_384);
            }

            var kept = log.Read().ToList();
            var gap = Assert.Single(log.Gaps);
            Assert.Equal((1, kept[0].Seq - 1, SegmentGapReason.Quota), (gap.FromSeq, gap.ToSeq, gap.Reason));
            Assert.Equal((2_000, gap.Count), (kept.Count + gap.Count, kept[0].Missing));
        }

        await using var again = await _folder.OpenAsync(options);
        Assert.Equal(1, Assert.Single(again.Gaps).FromSeq);
        await again.TrimAsync(again.Read().First().Seq, Cancel);
        Assert.Empty(again.Gaps);
    }

    [Fact]
    public async Task FailedWrite_IsToldToItsOwnersAndLeavesNoHole()
    {
        var failing = false;
        await using var log = await _folder.OpenAsync(LogFolder.Small with { Step = step => _ = failing && step == "write" ? throw new IOException("full") : 0 });
        await log.AppendAsync(1, LogFolder.Payload("a"), sync: true, Cancel);

        failing = true;
        await Assert.ThrowsAsync<IOException>(async () => await log.AppendAsync(1, LogFolder.Payload("b"), sync: true, Cancel));
        failing = false;
        Assert.Equal(2, await log.AppendAsync(1, LogFolder.Payload("c"), sync: true, Cancel));

        Assert.Equal(["a", "c"], log.Read().Select(LogFolder.Text));
        Assert.Empty(log.Gaps);
    }

    [Fact]
    public async Task FailedSync_IsToldAndItsSegmentIsNotWrittenAgain()
    {
        var failing = false;
        await using var log = await _folder.OpenAsync(LogFolder.Small with { Step = step => _ = failing && step == "sync" ? throw new IOException("broken") : 0 });
        await log.AppendAsync(1, LogFolder.Payload("a"), sync: true, Cancel);

        failing = true;
        await Assert.ThrowsAsync<IOException>(async () => await log.AppendAsync(1, LogFolder.Payload("b"), sync: true, Cancel));
        failing = false;
        Assert.Equal(3, await log.AppendAsync(1, LogFolder.Payload("c"), sync: true, Cancel));

        Assert.Equal(2, _folder.Segments.Count);
        Assert.Equal("c", LogFolder.Text(log.Read().Last()));
    }

    [Fact]
    public async Task ReadersBesideAWriter_SeeOnlyWholeRecordsInOrder()
    {
        await using var log = await _folder.OpenAsync();
        var writer = Task.Run(
            async () =>
            {
                for (var n = 1; n <= 3_000; n++)
                {
                    await log.AppendAsync(1, LogFolder.Payload($"{n}"), sync: false, Cancel);
                }
            },
            Cancel);

        var next = 1L;
        while (next <= 3_000)
        {
            foreach (var record in log.Read(next))
            {
                Assert.Equal((next, $"{next}", 0), (record.Seq, LogFolder.Text(record), record.Missing));
                next++;
            }
        }

        await writer;
    }

    private async Task FillAsync(int records)
    {
        await using var log = await _folder.OpenAsync();
        for (var n = 1; n <= records; n++)
        {
            await log.AppendAsync(1, LogFolder.Payload($"record {n} {new string('x', 60)}"), sync: false, Cancel);
        }
    }
}
