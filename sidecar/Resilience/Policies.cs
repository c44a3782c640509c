using System.Collections.Concurrent;

namespace OpsMesh.Sidecar.Resilience;

/// <summary>Finds the policy of a target for one application: its own entry, else the default ones by their names.</summary>
internal sealed class Policies
{
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, TimeSpan> _timeouts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RetryPolicy> _retries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BreakerPolicy> _breakers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyNames> _apps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ComponentPolicyNames> _components = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Policy?> _cache = new(StringComparer.Ordinal);

    public Policies(IEnumerable<ResiliencyResource> resources, string appId, TimeProvider clock)
    {
        _clock = clock;
        foreach (var resource in resources.Where(r => r.Scopes.Count == 0 || r.Scopes.Contains(appId, StringComparer.Ordinal)))
        {
            Merge(_timeouts, resource.Timeouts);
            Merge(_retries, resource.Retries);
            Merge(_breakers, resource.Breakers);
            Merge(_apps, resource.Apps);
            Merge(_components, resource.Components);
        }
    }

    /// <summary>For what a component hands to the application.</summary>
    /// <param name="kind">As in the names of default policies: Pubsub, Statestore, Configuration, Lock, Secretstore.</param>
    /// <returns>Null: nothing applies.</returns>
    public Policy? Inbound(string component, string kind) => _cache.GetOrAdd($"in/{component}", _ =>
        Make(_components.TryGetValue(component, out var names) ? names.Inbound ?? Nothing : Default($"{kind}Component", "Inbound")));

    /// <summary>For what the application asks of a component.</summary>
    public Policy? Outbound(string component, string kind) => _cache.GetOrAdd($"out/{component}", _ =>
        Make(_components.TryGetValue(component, out var names) ? names.Outbound ?? Nothing : Default($"{kind}Component", "Outbound")));

    /// <summary>For calls of another application.</summary>
    /// <param name="operation">Each has a breaker of its own.</param>
    public Policy? App(string appId, string operation)
    {
        var names = _apps.GetValueOrDefault(appId) ?? DefaultFor("App");

        // Without a breaker nothing is shared between calls, and the operations of a long-running mesh are without number.
        return names.Breaker is null ? Make(names) : _cache.GetOrAdd($"app/{appId}/{operation}", _ => Make(names));
    }

    private static PolicyNames Nothing { get; } = new(null, null, null);

    private static void Merge<T>(Dictionary<string, T> all, IReadOnlyDictionary<string, T> more)
    {
        foreach (var (name, value) in more)
        {
            all[name] = value;
        }
    }

    private PolicyNames Default(string kind, string direction) => DefaultFor($"{kind}{direction}", $"Component{direction}", "Component");

    private PolicyNames DefaultFor(params string[] kinds)
    {
        string[] all = [.. kinds, ""];
        return new PolicyNames(
            all.Select(k => $"Default{k}TimeoutPolicy").FirstOrDefault(_timeouts.ContainsKey),
            all.Select(k => $"Default{k}RetryPolicy").FirstOrDefault(_retries.ContainsKey),
            all.Select(k => $"Default{k}CircuitBreakerPolicy").FirstOrDefault(_breakers.ContainsKey));
    }

    private Policy? Make(PolicyNames names)
    {
        if (names == Nothing)
        {
            return null;
        }

        return new Policy(
            names.Timeout is null ? null : _timeouts[names.Timeout],
            names.Retry is null ? null : _retries[names.Retry],
            names.Breaker is null ? null : new CircuitBreaker(_breakers[names.Breaker], _clock),
            _clock);
    }
}
