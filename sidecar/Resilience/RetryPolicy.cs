namespace OpsMesh.Sidecar.Resilience;

/// <summary>When and how often something that failed is tried again.</summary>
/// <param name="IsExponential">Then it begins at 500 ms and grows by half, up to <paramref name="MaxInterval"/>; the duration is not used.</param>
/// <param name="MaxRetries">Attempts after the first; -1: without end.</param>
/// <param name="HttpCodes">Answers of an application that are tried again; null: every failure.</param>
/// <param name="GrpcCodes">The same for gRPC status codes.</param>
internal sealed record RetryPolicy(
    bool IsExponential, TimeSpan Duration, TimeSpan MaxInterval, int MaxRetries, StatusCodes? HttpCodes = null, StatusCodes? GrpcCodes = null)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    // Beyond this the longest interval has long been reached.
    private const int LastGrowth = 60;

    /// <param name="retry">1 for the first retry.</param>
    /// <param name="jitter">From 0 to 1: an exponential delay is between half and one and a half of its size.</param>
    /// <returns>Null once no further attempt is allowed.</returns>
    public TimeSpan? DelayBefore(int retry, double jitter)
    {
        if (MaxRetries >= 0 && retry > MaxRetries)
        {
            return null;
        }

        if (!IsExponential)
        {
            return Duration;
        }

        var grown = First * Math.Pow(1.5, Math.Min(retry, LastGrowth) - 1);
        return (grown < MaxInterval ? grown : MaxInterval) * (0.5 + jitter);
    }
}
