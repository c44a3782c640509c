using System.Collections.Concurrent;

namespace OpsMesh.Sidecar.Tests.Kills;

/// <summary>What was asked of a sidecar that is killed again and again, what it acknowledged, and what arrived.</summary>
internal sealed class KillLedger
{
    private readonly ConcurrentDictionary<string, (long Asked, long Acknowledged)> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _arrived = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string> _published = [];
    private readonly ConcurrentDictionary<string, long> _answered = new(StringComparer.Ordinal);
    private long _saves;

    /// <summary>Key and number; each key's numbers only grow.</summary>
    public IReadOnlyDictionary<string, (long Asked, long Acknowledged)> Keys => _keys;

    /// <summary>Ids of events whose publishing was acknowledged.</summary>
    public IReadOnlyCollection<string> Published => _published;

    public int Arrivals => _arrived.Values.Sum();

    public int Duplicates => _arrived.Values.Sum(n => n - 1);

    public long Saves => Interlocked.Read(ref _saves);

    public bool HasArrived(string id) => _arrived.ContainsKey(id);

    public void Asked(string key, long number) => _keys.AddOrUpdate(key, (number, 0), (_, k) => k with { Asked = number });

    public void Saved(string source, string key, long number)
    {
        _keys.AddOrUpdate(key, (number, number), (_, k) => k with { Acknowledged = number });
        Interlocked.Increment(ref _saves);
        Answer(source);
    }

    public void Publish(string source, string id)
    {
        _published.Add(id);
        Answer(source);
    }

    public void Arrive(string id) => _arrived.AddOrUpdate(id, 1, (_, n) => n + 1);

    /// <summary>When a kind of call was last acknowledged.</summary>
    public long LastAnswer(string source) => _answered.GetValueOrDefault(source);

    private void Answer(string source) => _answered[source] = TimeProvider.System.GetTimestamp();
}
