using Microsoft.Extensions.Options;

namespace OpsMesh.Registry.Heartbeats;

/// <summary>Grants intervals with jitter, so that nodes that started together do not beat together.</summary>
internal sealed class HeartbeatIntervals(IOptions<HeartbeatOptions> options)
{
    public TimeSpan Next()
    {
        var (interval, jitter) = (options.Value.Interval, options.Value.Jitter);
        return interval * (1 + (((Random.Shared.NextDouble() * 2) - 1) * jitter));
    }
}
