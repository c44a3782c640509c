namespace OpsMesh.Daemon.Sessions;

/// <summary>Delays between tries to connect: full jitter under a bound that doubles from 1 s to the server's window, for ever.</summary>
internal sealed class Backoff(TimeSpan window, Func<double> random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private TimeSpan _bound = First;

    public Backoff(TimeSpan window)
#pragma warning disable CA5394 // Spreads reconnects; nobody gains by guessing it.
        : this(window, Random.Shared.NextDouble)
#pragma warning restore CA5394
    {
    }

    /// <summary>Bound that the delays grow to; kept within 1 s and 60 s.</summary>
    public TimeSpan Window { get; set; } = window;

    public TimeSpan Next()
    {
        var most = TimeSpan.FromTicks(Math.Clamp(Window.Ticks, First.Ticks, Longest.Ticks));
        var bound = _bound < most ? _bound : most;
        _bound = bound * 2;
        return bound * random();
    }

    public void Reset() => _bound = First;
}
