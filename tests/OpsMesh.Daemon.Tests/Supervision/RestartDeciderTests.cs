namespace OpsMesh.Daemon.Supervision;

public sealed class RestartDeciderTests
{
    private static readonly RestartOptions Options = new();
    private static readonly ProcessEnd Crash = ProcessEnd.FromStatus(1);
    private static readonly ProcessEnd Clean = ProcessEnd.FromStatus(0);

    [Fact]
    public void Delays_DoubleFromOneSecondToTheLongest()
    {
        var history = RestartHistory.None;
        var delays = new List<double>();
        for (var attempt = 0; attempt < 8; attempt++)
        {
            // Far enough apart not to be a crash loop.
            var decision = RestartDecider.Decide(
                RestartMode.Always, Crash, history, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2 * attempt), 0.5, Options);
            delays.Add(decision.Delay.TotalSeconds);
            history = decision.History;
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], delays);
    }

    [Theory]
    [InlineData(0.0, 0.8)]
    [InlineData(0.5, 1.0)]
    [InlineData(0.999999, 1.2)]
    public void Jitter_StaysWithinATwentyPercentRange(double random, double expected)
    {
        var decision = RestartDecider.Decide(RestartMode.Always, Crash, RestartHistory.None, TimeSpan.Zero, TimeSpan.Zero, random, Options);

        Assert.Equal(expected, decision.Delay.TotalSeconds, 3);
    }

    [Fact]
    public void FiveEndsInFiveMinutes_AreACrashLoopWithOneTryEachFiveMinutes()
    {
        var history = RestartHistory.None;
        var verdicts = new List<RestartVerdict>();
        var now = TimeSpan.Zero;
        for (var end = 0; end < 7; end++)
        {
            var decision = RestartDecider.Decide(RestartMode.Always, Crash, history, TimeSpan.FromSeconds(1), now, 0.5, Options);
            verdicts.Add(decision.Verdict);
            history = decision.History;
            now += decision.Delay + TimeSpan.FromSeconds(1);
        }

        Assert.All(verdicts[..4], v => Assert.Equal(RestartVerdict.Backoff, v));
        Assert.All(verdicts[4..], v => Assert.Equal(RestartVerdict.CrashLoop, v));
    }

    [Fact]
    public void LongTimeUp_ForgetsTheCrashLoopAndTheDelays()
    {
        var looping = new RestartHistory(9, [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4)], true);

        var decision = RestartDecider.Decide(
            RestartMode.Always, Crash, looping, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(70), 0.5, Options);

        Assert.Equal(RestartVerdict.Backoff, decision.Verdict);
        Assert.Equal(1, decision.Delay.TotalSeconds);
        Assert.False(decision.History.InCrashLoop);
    }

    [Fact]
    public void Modes_DecideWhatIsLeftAlone()
    {
        Assert.Equal(RestartVerdict.Exited, Verdict(RestartMode.Never, Clean));
        Assert.Equal(RestartVerdict.Failed, Verdict(RestartMode.Never, Crash));
        Assert.Equal(RestartVerdict.Exited, Verdict(RestartMode.OnFailure, Clean));
        Assert.Equal(RestartVerdict.Backoff, Verdict(RestartMode.OnFailure, Crash));
        Assert.Equal(RestartVerdict.Backoff, Verdict(RestartMode.OnFailure, ProcessEnd.FromStatus(137)));
        Assert.Equal(RestartVerdict.Backoff, Verdict(RestartMode.Always, Clean));
    }

    private static RestartVerdict Verdict(RestartMode mode, ProcessEnd end) =>
        RestartDecider.Decide(mode, end, RestartHistory.None, TimeSpan.Zero, TimeSpan.Zero, 0.5, Options).Verdict;
}
