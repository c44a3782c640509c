namespace OpsMesh.Segments;

public sealed class SegmentModelTests
{
    private readonly Dictionary<long, int> _model = [];
    private long _trimmed = 1;
    private long _acked;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Appends, trims, reads, reopens, kills and torn tails in any order: the log holds what the model holds.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task RandomActions_NeverDivergeFromTheModel(int seed)
    {
        var random = new Random(seed);
        var folder = new LogFolder();
        var log = await folder.OpenAsync();
        for (var action = 0; action < 2_000; action++)
        {
            switch (random.Next(100))
            {
                case < 80:
                    await AppendAsync(log, random, random.Next(5));
                    break;
                case < 88:
                    _trimmed = Math.Max(_trimmed, Math.Min(_trimmed + random.Next(60), log.NextSeq));
                    await log.TrimAsync(_trimmed, Cancel);
                    break;
                case < 94:
                    await log.DisposeAsync();
                    log = await folder.OpenAsync();
                    break;
                case < 97:
                    (folder, log) = await KillAsync(folder, log, tear: false, random);
                    break;
                default:
                    (folder, log) = await KillAsync(folder, log, tear: true, random);
                    break;
            }

            if (action % 10 == 0)
            {
                Compare(log);
            }
        }

        Compare(log);
        await log.DisposeAsync();
        folder.Dispose();
    }

    private async Task AppendAsync(SegmentLog log, Random random, int together)
    {
        var appends = Enumerable.Range(0, together + 1).Select(async _ =>
        {
            var size = random.Next(random.Next(20) == 0 ? 6_000 : 200);
            var payload = new byte[size];
            payload.AsSpan().Fill((byte)size);
            return (await log.AppendAsync((byte)(size % 200), payload, random.Next(4) == 0, Cancel), size);
        }).ToList();
        foreach (var (seq, size) in await Task.WhenAll(appends))
        {
            Assert.True(_model.TryAdd(seq, size));
            _acked = Math.Max(_acked, seq);
        }
    }

    private static async Task<(LogFolder Folder, SegmentLog Log)> KillAsync(LogFolder folder, SegmentLog log, bool tear, Random random)
    {
        var copy = folder.CopyAsAfterAKill();
        await log.DisposeAsync();
        folder.Dispose();
        if (tear)
        {
            await using var file = new FileStream(copy.Segments[^1], FileMode.Append);
            var garbage = new byte[random.Next(1, 200)];
            random.NextBytes(garbage);
            await file.WriteAsync(garbage, Cancel);
        }

        log = await copy.OpenAsync();
        Assert.Equal(tear, log.Gaps.Any(g => g.Reason == SegmentGapReason.TornTail));
        return (copy, log);
    }

    private void Compare(SegmentLog log)
    {
        var expected = _model.Where(m => m.Key >= _trimmed).OrderBy(m => m.Key).Select(m => (m.Key, m.Value)).ToList();
        var read = log.Read().ToList();

        Assert.Equal(expected, read.Select(r => (r.Seq, r.Payload.Length)));
        Assert.All(read, r => Assert.True(r.Payload.Span.IndexOfAnyExcept((byte)r.Payload.Length) < 0));
        Assert.Equal(0, read.Sum(r => r.Missing));
        Assert.Equal((_acked + 1, _trimmed), (log.NextSeq, log.FirstSeq));
        Assert.DoesNotContain(log.Gaps, g => g.Count > 0);
    }
}
