using System.Collections.Concurrent;
using System.Text.Json;
using OpsMesh.DocumentStore.Local;
using OpsMesh.TelemetryIngest.Flushing;
using OpsMesh.TelemetryIngest.Storage;

namespace OpsMesh.TelemetryIngest.Queries;

/// <summary>The newest stored sample of each type of each node, in memory: asking for all of them touches no disk.</summary>
internal sealed class LatestSamples
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, Sample>> _nodes = new(StringComparer.Ordinal);

    /// <summary>As the last run left it.</summary>
    public static LatestSamples Load(SampleDatabase database)
    {
        var latest = new LatestSamples();
        using var connection = database.File.Open();
        var rows = connection.Query(
            row => (NodeId: row.GetString(0), Type: row.GetString(1), Time: row.GetInt64(2), Json: row.GetString(3)),
            "SELECT node_id, type, time, json FROM latest");
        foreach (var row in rows)
        {
            var values = JsonSerializer.Deserialize<Dictionary<string, double>>(row.Json) ?? [];
            latest.Add(row.NodeId, [new Sample(row.Type, row.Time, [.. values])]);
        }

        return latest;
    }

    public void Add(string nodeId, IReadOnlyList<Sample> samples)
    {
        var node = _nodes.GetOrAdd(nodeId, _ => new ConcurrentDictionary<string, Sample>(StringComparer.Ordinal));
        foreach (var sample in samples)
        {
            node.AddOrUpdate(sample.Type, sample, (_, known) => sample.TimeUnixSeconds >= known.TimeUnixSeconds ? sample : known);
        }
    }

    /// <returns>Ordered by type; empty for a node that never reported.</returns>
    public IReadOnlyList<Sample> Of(string nodeId) =>
        _nodes.TryGetValue(nodeId, out var node) ? [.. node.Values.OrderBy(s => s.Type, StringComparer.Ordinal)] : [];

    /// <returns>Ordered.</returns>
    public IReadOnlyList<string> NodeIds() => [.. _nodes.Keys.Order(StringComparer.Ordinal)];
}
