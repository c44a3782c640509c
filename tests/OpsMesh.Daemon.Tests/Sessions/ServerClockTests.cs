using OpsMesh.Testing;

namespace OpsMesh.Daemon.Sessions;

public sealed class ServerClockTests
{
    [Fact]
    public void ServersTime_GoesOnByTheMonotonicClock()
    {
        var clock = new ManualClock();
        var server = new ServerClock(clock);
        var told = clock.GetUtcNow().AddHours(-2);

        server.Set(told);
        clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(told.AddMinutes(5), server.Now);
        Assert.Equal(TimeSpan.FromHours(2), server.Skew);
    }
}
