namespace OpsMesh.TelemetryIngest.Storage;

public sealed class WatermarkTests
{
    [Fact]
    public void BatchesInOrder_MoveTheMark()
    {
        var mark = default(Watermark);
        for (var seq = 1; seq <= 200; seq++)
        {
            mark = mark.Add(seq)!.Value;
        }

        Assert.Equal(new Watermark(200, 0), mark);
        Assert.Null(mark.Add(200));
        Assert.Null(mark.Add(1));
    }

    [Fact]
    public void MissingBatch_HoldsTheMarkUntilItComes()
    {
        var mark = default(Watermark).Add(2)!.Value.Add(3)!.Value.Add(5)!.Value;
        Assert.Equal(0, mark.Contiguous);
        Assert.Null(mark.Add(3));

        mark = mark.Add(1)!.Value;
        Assert.Equal(3, mark.Contiguous);

        Assert.Equal(new Watermark(5, 0), mark.Add(4));
    }

    [Fact]
    public void FullWindow_CollapsesWhenTheFirstComes()
    {
        var mark = default(Watermark);
        for (var seq = 2; seq <= 65; seq++)
        {
            mark = mark.Add(seq)!.Value;
        }

        Assert.Equal(new Watermark(0, ulong.MaxValue), mark);
        Assert.Equal(new Watermark(65, 0), mark.Add(1));
    }

    [Fact]
    public void BatchBeyondTheWindow_GivesUpWhatIsMissing()
    {
        var mark = default(Watermark).Add(1)!.Value.Add(1000)!.Value;

        Assert.Equal(935, mark.Contiguous);
        Assert.Null(mark.Add(1000));
        Assert.NotNull(mark.Add(999));
    }

    /// <summary>Against a set that forgets nothing, on orders in which no batch is later than the window.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyOrderWithinTheWindow_IsCountedExactly(int seed)
    {
        var random = new Random(seed);
        var order = Enumerable.Range(1, 2_000).OrderBy(seq => seq + random.Next(40)).SelectMany(seq => new[] { seq, seq }).ToList();
        var stored = new HashSet<long>();
        var mark = default(Watermark);

        foreach (var seq in order)
        {
            var next = mark.Add(seq);
            Assert.Equal(stored.Add(seq), next is not null);
            mark = next ?? mark;
            Assert.Equal(Enumerable.Range(1, 3_000).TakeWhile(s => stored.Contains(s)).LastOrDefault(), mark.Contiguous);
        }
    }
}
