using Grpc.Core;

namespace Grpc.Net.Client.Configuration;

/// <summary>Exponential back-off: the wait before attempt n+1 is random in 0..min(InitialBackoff * BackoffMultiplier^(n-1), MaxBackoff).</summary>
public sealed class RetryPolicy : ConfigObject
{
    /// <summary>The first attempt included; at least 2.</summary>
    public int? MaxAttempts { get; set; }

    public TimeSpan? InitialBackoff { get; set; }

    public TimeSpan? MaxBackoff { get; set; }

    public double? BackoffMultiplier { get; set; }

    public IList<StatusCode> RetryableStatusCodes { get; } = [];
}
