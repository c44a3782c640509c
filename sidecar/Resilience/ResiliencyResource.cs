namespace OpsMesh.Sidecar.Resilience;

/// <summary>One resource of kind Resiliency: policies by name, and what they are for.</summary>
/// <param name="Scopes">App ids whose sidecar applies it; empty: all.</param>
internal sealed record ResiliencyResource(
    string Name,
    IReadOnlyDictionary<string, TimeSpan> Timeouts,
    IReadOnlyDictionary<string, RetryPolicy> Retries,
    IReadOnlyDictionary<string, BreakerPolicy> Breakers,
    IReadOnlyDictionary<string, PolicyNames> Apps,
    IReadOnlyDictionary<string, ComponentPolicyNames> Components,
    IReadOnlyList<string> Scopes);

/// <summary>The policies of one target by name; null: none of that kind.</summary>
internal sealed record PolicyNames(string? Timeout, string? Retry, string? Breaker);

/// <param name="Inbound">What the component hands to the application.</param>
/// <param name="Outbound">What the application asks of the component.</param>
internal sealed record ComponentPolicyNames(PolicyNames? Inbound, PolicyNames? Outbound);
