using System.Collections.Immutable;

namespace OpsMesh.Daemon.Supervision;

/// <summary>Numbers of the restart policy.</summary>
internal sealed record RestartOptions
{
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Share by which a delay is made longer or shorter at random.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>A program that was up this long starts with the first delay again.</summary>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>So many ends within <see cref="CrashLoopWindow"/> are a crash loop.</summary>
    public int CrashLoopEnds { get; init; } = 5;

    public TimeSpan CrashLoopWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Delay between tries of a program that is in a crash loop.</summary>
    public TimeSpan CrashLoopDelay { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>What was learnt from the ends so far.</summary>
/// <param name="Attempts">Restarts in a row without a long enough time up.</param>
/// <param name="Ends">Times of the ends within the window, on the decider's monotonic clock.</param>
/// <param name="InCrashLoop">True until the program was up long enough again.</param>
internal sealed record RestartHistory(int Attempts, ImmutableArray<TimeSpan> Ends, bool InCrashLoop)
{
    public static RestartHistory None { get; } = new(0, [], false);
}

internal enum RestartVerdict
{
    /// <summary>Start again after the delay.</summary>
    Backoff,

    /// <summary>Start again after the long delay; it ended too often.</summary>
    CrashLoop,

    /// <summary>Leave it: it ended with code 0.</summary>
    Exited,

    /// <summary>Leave it: it ended abnormally.</summary>
    Failed,
}

/// <param name="Delay">Zero where it is not started again.</param>
internal sealed record RestartDecision(RestartVerdict Verdict, TimeSpan Delay, RestartHistory History);

/// <summary>Whether and when a program that ended by itself is started again. Pure: same input, same answer.</summary>
internal static class RestartDecider
{
    /// <param name="now">On a clock that only moves forward.</param>
    /// <param name="uptime">How long the program ran before it ended.</param>
    /// <param name="random">In [0, 1): where in the jitter's range the delay falls.</param>
    public static RestartDecision Decide(
        RestartMode mode, ProcessEnd end, RestartHistory history, TimeSpan uptime, TimeSpan now, double random, RestartOptions options)
    {
        if (mode == RestartMode.Never || (mode == RestartMode.OnFailure && end.IsClean))
        {
            return new(end.IsClean ? RestartVerdict.Exited : RestartVerdict.Failed, TimeSpan.Zero, RestartHistory.None);
        }

        var wasStable = uptime >= options.ResetAfter;
        var attempts = wasStable ? 0 : history.Attempts;
        ImmutableArray<TimeSpan> ends = [.. history.Ends.Where(e => now - e < options.CrashLoopWindow), now];
        if (!wasStable && (history.InCrashLoop || ends.Length >= options.CrashLoopEnds))
        {
            return new(RestartVerdict.CrashLoop, options.CrashLoopDelay, new(attempts + 1, ends, true));
        }

        var delay = Math.Min(options.FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(attempts, 30)), options.LongestDelay.TotalSeconds);
        var jittered = delay * (1 - options.Jitter + (2 * options.Jitter * random));
        return new(RestartVerdict.Backoff, TimeSpan.FromSeconds(jittered), new(attempts + 1, ends, false));
    }
}
