using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Calls;

internal sealed class RetryThrottle(RetryThrottlingPolicy policy)
{
    private readonly double _most = policy.MaxTokens ?? throw new InvalidOperationException("Retry throttling needs MaxTokens.");
    private readonly double _ratio = policy.TokenRatio ?? throw new InvalidOperationException("Retry throttling needs TokenRatio.");
    private readonly Lock _gate = new();
    private double _tokens = policy.MaxTokens ?? 0;

    public bool AllowsRetry
    {
        get
        {
            lock (_gate)
            {
                return _tokens > _most / 2;
            }
        }
    }

    public void Failed()
    {
        lock (_gate)
        {
            _tokens = Math.Max(0, _tokens - 1);
        }
    }

    public void Succeeded()
    {
        lock (_gate)
        {
            _tokens = Math.Min(_most, _tokens + _ratio);
        }
    }
}
