namespace OpsMesh.AgentCommand.Delivery;

/// <summary>Doubling delays with ±20 % jitter. Not thread-safe.</summary>
internal sealed class Backoff(TimeSpan shortest, TimeSpan longest)
{
    private TimeSpan _next = shortest;

    /// <param name="atLeast">What the other side asked for; null when it did not.</param>
    public TimeSpan Next(TimeSpan? atLeast = null)
    {
        var delay = _next * (0.8 + (0.4 * Random.Shared.NextDouble()));
        _next = _next * 2 < longest ? _next * 2 : longest;
        return atLeast > delay ? atLeast.Value : delay;
    }
}
