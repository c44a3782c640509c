using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Calls;

/// <summary>Which retry policy a method has: its own, its service's, or the default one.</summary>
internal sealed class RetryTable
{
    private readonly Dictionary<(string? Service, string? Method), RetryPolicy> _policies = [];
    private readonly int _mostAttempts;
    private readonly long _mostKept;
    private readonly long _mostKeptPerCall;
    private long _kept;

    public RetryTable(ServiceConfig? config, GrpcChannelOptions options)
    {
        _mostAttempts = options.MaxRetryAttempts ?? int.MaxValue;
        _mostKept = options.MaxRetryBufferSize ?? long.MaxValue;
        _mostKeptPerCall = options.MaxRetryBufferPerCallSize ?? long.MaxValue;
        if (config is null)
        {
            return;
        }

        Throttle = config.RetryThrottling is { } throttling ? new(throttling) : null;
        foreach (var method in config.MethodConfigs)
        {
            if (method.HedgingPolicy is not null)
            {
                throw new NotSupportedException("Hedging is not supported.");
            }

            if (method.RetryPolicy is not { } policy)
            {
                continue;
            }

            Check(policy);
            foreach (var name in method.Names)
            {
                var key = (Blank(name.Service), Blank(name.Method));
                if (key is (null, not null) || !_policies.TryAdd(key, policy))
                {
                    throw new InvalidOperationException($"Invalid or duplicate method config name '{name.Service}/{name.Method}'.");
                }
            }
        }
    }

    public RetryThrottle? Throttle { get; }

    /// <summary>Of all calls of the channel.</summary>
    public long KeptBytes => Interlocked.Read(ref _kept);

    public RetryPolicy? Find(IMethod method) =>
        _policies.Count == 0 ? null
        : _policies.TryGetValue((method.ServiceName, method.Name), out var own) ? own
        : _policies.TryGetValue((method.ServiceName, null), out var service) ? service
        : _policies.GetValueOrDefault((null, null));

    /// <param name="bytes">Of a request; over the limit of one call, it is not sent a second time.</param>
    public bool MayKeep(long bytes) => bytes <= _mostKeptPerCall;

    /// <summary>Takes room in the channel's buffer, until <see cref="Release"/>.</summary>
    /// <param name="bytes">Of a message.</param>
    /// <param name="before">Bytes that its call keeps already.</param>
    public bool TryKeep(long bytes, long before)
    {
        if (!MayKeep(before + bytes))
        {
            return false;
        }

        if (Interlocked.Add(ref _kept, bytes) <= _mostKept)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _kept, -bytes);

    public int Attempts(RetryPolicy policy) => Math.Min(policy.MaxAttempts!.Value, _mostAttempts);

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static void Check(RetryPolicy policy)
    {
        if (policy.MaxAttempts is not >= 2
            || policy.InitialBackoff is null || policy.InitialBackoff <= TimeSpan.Zero
            || policy.MaxBackoff is null || policy.MaxBackoff <= TimeSpan.Zero
            || policy.BackoffMultiplier is not > 0
            || policy.RetryableStatusCodes.Count == 0)
        {
            throw new InvalidOperationException(
                "A retry policy needs MaxAttempts of at least 2, InitialBackoff, MaxBackoff and BackoffMultiplier above 0, and RetryableStatusCodes.");
        }
    }
}
