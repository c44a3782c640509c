using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OpsMesh.Hosting;

/// <summary>
/// What this process needs and how it does. A dependency that is down makes the process degraded, never unready: otherwise an outage
/// of the store would disconnect the whole fleet.
/// </summary>
public sealed class Dependencies
{
    private readonly ConcurrentDictionary<string, string?> _reasons = new(StringComparer.Ordinal);

    public Dependencies(IMeterFactory meters) =>
        meters.Create("OpsMesh.ServiceDefaults").CreateObservableGauge(
            "opsmesh.dependency.degraded", Observe, description: "1 while the dependency is down.");

    /// <summary>Ordered by name; empty when all is well.</summary>
    public IReadOnlyList<(string Name, string Reason)> Degraded =>
        [.. _reasons.Where(d => d.Value is not null).OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => (d.Key, d.Value!))];

    /// <summary>Safe from any thread; call it on each attempt.</summary>
    /// <param name="reason">One short sentence for an operator; shown only while <paramref name="ok"/> is false.</param>
    /// <returns>True when this changed what was known, so that a caller logs a change once.</returns>
    public bool Report(string name, bool ok, string reason)
    {
        var now = ok ? null : reason;
        var wasDown = _reasons.TryGetValue(name, out var before) && before is not null;
        _reasons[name] = now;
        return wasDown == ok;
    }

    private IEnumerable<Measurement<int>> Observe() =>
        _reasons.Select(d => new Measurement<int>(d.Value is null ? 0 : 1, new KeyValuePair<string, object?>("dependency", d.Key)));
}
