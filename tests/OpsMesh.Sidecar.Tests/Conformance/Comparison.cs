using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Compares an answer with the recorded one. Volatile strings are not compared but remembered: later requests carry them.</summary>
internal sealed class Comparison(IReadOnlySet<string> masked, IDictionary<string, string> bindings)
{
    public List<string> Differences { get; } = [];

    public void Compare(string path, JsonNode? recorded, JsonNode? actual)
    {
        if (masked.Contains(path) || masked.Contains(".." + path[(path.LastIndexOf('.') + 1)..]))
        {
            Remember(recorded, actual);
            return;
        }

        switch (recorded, actual)
        {
            case (JsonObject r, JsonObject a):
                foreach (var name in r.Select(m => m.Key).Union(a.Select(m => m.Key)).ToArray())
                {
                    Compare(name.Contains('.', StringComparison.Ordinal) ? $"{path}[\"{name}\"]" : $"{path}.{name}", r[name], a[name]);
                }

                break;
            case (JsonArray r, JsonArray a) when r.Count == a.Count:
                a = InOrderOf(r, a);
                for (var i = 0; i < r.Count; i++)
                {
                    Compare($"{path}[{i}]", r[i], a[i]);
                }

                break;
            default:
                if (!JsonNode.DeepEquals(recorded, actual))
                {
                    Differences.Add($"{path}: recorded {Short(recorded)}, here {Short(actual)}");
                }

                break;
        }
    }

    /// <summary>What a bulk read answers has no promised order: items are found by their keys.</summary>
    private static JsonArray InOrderOf(JsonArray recorded, JsonArray actual)
    {
        var left = actual.ToList();
        var ordered = new List<JsonNode?>();
        foreach (var item in recorded)
        {
            if (item is not JsonObject keyed || keyed["key"] is not JsonValue key)
            {
                return actual;
            }

            var match = left.Find(i => JsonNode.DeepEquals(i?["key"], key));
            left.Remove(match);
            ordered.Add(match?.DeepClone());
        }

        return new JsonArray([.. ordered]);
    }

    private void Remember(JsonNode? recorded, JsonNode? actual)
    {
        if (recorded is JsonValue r && actual is JsonValue a && r.TryGetValue<string>(out var was) && a.TryGetValue<string>(out var now) && was.Length > 8)
        {
            bindings[was] = now;
        }
    }

    private static string Short(JsonNode? node) => node?.ToJsonString() is { } text ? (text.Length > 300 ? text[..300] + "..." : text) : "nothing";
}
