namespace OpsMesh.Sidecar.Resources;

/// <summary>Policies for the delivery of events, by name of the pub/sub component.</summary>
internal sealed record ResiliencyResource(IReadOnlyDictionary<string, InboundPolicy> Inbound, IReadOnlyList<string> Scopes);

/// <summary>How a failed delivery is tried again.</summary>
/// <param name="Timeout">Limit of each attempt; null: none.</param>
/// <param name="Retry">Null: one attempt.</param>
internal sealed record InboundPolicy(TimeSpan? Timeout, RetryPolicy? Retry);

/// <param name="IsExponential">Then it begins at 500 ms and grows by half, up to <paramref name="MaxInterval"/>.</param>
/// <param name="MaxRetries">Attempts after the first; -1: without end.</param>
internal sealed record RetryPolicy(bool IsExponential, TimeSpan Duration, TimeSpan MaxInterval, int MaxRetries)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    /// <returns>Null once no further attempt is allowed.</returns>
    /// <param name="retry">1 for the first retry.</param>
    public TimeSpan? DelayBefore(int retry)
    {
        if (MaxRetries >= 0 && retry > MaxRetries)
        {
            return null;
        }

        return IsExponential ? Shorter(First * Math.Pow(1.5, retry - 1), MaxInterval) : Duration;
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
