using System.Globalization;
using OpsMesh.Registry.Nodes;

namespace OpsMesh.Registry.Liveness;

/// <param name="Evidence">Why, in a sentence.</param>
internal readonly record struct Judgement(Verdict Verdict, string Evidence);

/// <summary>Decides from silence alone what to believe about a node. Knows no clock and no store.</summary>
internal static class LivenessDecider
{
    /// <param name="granted">Interval that was last granted to the node.</param>
    /// <param name="silent">Time since it was heard, less the time in which the registry could not hear.</param>
    public static Judgement Judge(TimeSpan granted, TimeSpan silent, LivenessOptions options)
    {
        if (silent >= granted * options.OfflineAfter)
        {
            return new Judgement(Verdict.Offline, Silence(granted, silent));
        }

        return silent >= granted * options.SuspectAfter
            ? new Judgement(Verdict.Suspect, Silence(granted, silent))
            : new Judgement(Verdict.Online, $"Heard {Seconds(silent)} ago; the interval is {Seconds(granted)}.");
    }

    /// <returns>Null while the restart grace lasts: nothing is known.</returns>
    public static Judgement? JudgeUnheard(TimeSpan sinceStart, LivenessOptions options) =>
        sinceStart < options.RestartGrace
            ? null
            : new Judgement(Verdict.Offline, $"Not heard since the registry started {Seconds(sinceStart)} ago.");

    private static string Silence(TimeSpan granted, TimeSpan silent) =>
        $"Silent for {Seconds(silent)}; the interval is {Seconds(granted)}.";

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture);
}
