namespace OpsMesh.Daemon.Sessions;

public sealed class BackoffTests
{
    [Fact]
    public void Delays_GrowFromOneSecondToTheWindowAndBeginAgain()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(15), () => 1);

        var delays = Enumerable.Range(0, 6).Select(_ => backoff.Next().TotalSeconds).ToList();
        backoff.Reset();

        Assert.Equal([1, 2, 4, 8, 15, 15], delays);
        Assert.Equal(1, backoff.Next().TotalSeconds);
    }

    [Fact]
    public void Window_IsKeptWithinAMinute()
    {
        var backoff = new Backoff(TimeSpan.FromDays(1), () => 1);
        for (var i = 0; i < 20; i++)
        {
            backoff.Next();
        }

        Assert.Equal(60, backoff.Next().TotalSeconds);
    }
}
