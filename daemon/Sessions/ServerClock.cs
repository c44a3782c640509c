namespace OpsMesh.Daemon.Sessions;

/// <summary>The servers' time as this node knows it: what they said last and the monotonic time since. A wrong or jumping wall clock changes nothing.</summary>
internal sealed class ServerClock(TimeProvider clock)
{
    private volatile Reading? _reading;

    /// <summary>The own clock's time until a server said one.</summary>
    public DateTimeOffset Now => _reading is { } reading ? reading.ServerTime + clock.GetElapsedTime(reading.At) : clock.GetUtcNow();

    /// <summary>How far the own clock is ahead; zero until a server said its time.</summary>
    public TimeSpan Skew => clock.GetUtcNow() - Now;

    public void Set(DateTimeOffset serverTime) => _reading = new Reading(serverTime, clock.GetTimestamp());

    private sealed record Reading(DateTimeOffset ServerTime, long At);
}
