namespace OpsMesh.Cli.Remote;

public sealed class PlotTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Values_AreBarsFromZeroAndGapsAreGaps()
    {
        var rows = Draw((0, 0), (1, 50), (3, 100));

        Assert.Equal(10, rows.Length);
        Assert.Equal("100 ┤   █", rows[0]);
        Assert.Equal(" 50 ┤ █ █", rows[4]);
        Assert.Equal("  0 ┤▁█ █", rows[7]);
        Assert.Equal("    └────", rows[8]);
    }

    [Fact]
    public void FlatLineAtZero_IsDrawn() => Assert.Equal("0 ┤▁▁", Draw((0, 0), (1, 0))[7].TrimStart());

    private static string[] Draw(params (int Second, double Value)[] points)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Plot.Write(output, [.. points.Select(point => (Start.AddSeconds(point.Second), point.Value))], Start, TimeSpan.FromSeconds(1), value => $"{value}");
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
