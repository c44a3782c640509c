namespace OpsMesh.Daemon.Measuring;

public sealed class CpuTimesTests
{
    private const string Recorded = """
        cpu  34512 120 9821 801234 410 0 333 12 0 0
        cpu0 17000 60 4900 400600 205 0 200 6 0 0
        cpu1 17512 60 4921 400634 205 0 133 6 0 0
        intr 1234 0 0
        """;

    [Fact]
    public void RecordedText_IsReadAsItsFirstLine()
    {
        var times = CpuTimes.Parse(Recorded);

        Assert.Equal(new CpuTimes(34632, 9821, 410, 801234, 345), times);
    }

    [Fact]
    public void Share_IsThatOfTheInterval()
    {
        var before = new CpuTimes(1000, 500, 100, 5000, 0);
        var after = new CpuTimes(1050, 520, 110, 5115, 5);

        var share = after.Since(before);

        Assert.Equal(new CpuShare(37.5, 25, 10, 5), share);
    }

    [Fact]
    public void NoTickPassed_HasNoShare() => Assert.Null(CpuTimes.Parse(Recorded)!.Value.Since(CpuTimes.Parse(Recorded)!.Value));

    [Theory]
    [InlineData("")]
    [InlineData("cpu  1 2 3")]
    [InlineData("cpu  1 2 x 4 5")]
    [InlineData("cpu0 1 2 3 4 5")]
    public void AnythingElse_IsNothing(string text) => Assert.Null(CpuTimes.Parse(text));
}
