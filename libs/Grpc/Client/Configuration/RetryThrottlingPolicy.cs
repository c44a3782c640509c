namespace Grpc.Net.Client.Configuration;

/// <summary>Stops retries while too many calls fail: a failure takes a token, a success gives TokenRatio back, retries need more than half.</summary>
public sealed class RetryThrottlingPolicy : ConfigObject
{
    public int? MaxTokens { get; set; }

    public double? TokenRatio { get; set; }
}
