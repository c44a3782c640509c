using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Compares an answer with the recorded one. Volatile strings are not compared but remembered: later requests carry them.</summary>
internal sealed class Comparison(RecordedCase recorded)
{
    // Volatile in every recording, though only some of the recorders wrote it down: the build's name, the port of the application, and
    // orders that come out of a map.
    private static readonly string[] Always =
    [
        "..runtimeVersion", "..daprRuntimeVersion", "..appConnectionProperties.port", "..enabledFeatures(order)", "..components(order)", "..registeredComponents(order)",
    ];

    private readonly VolatilePaths _volatile = new([.. recorded.Volatile, .. Always]);
    private readonly Dictionary<string, string> _bindings = new(StringComparer.Ordinal);

    public List<Difference> Differences { get; } = [];

    public void Compare(string path, JsonNode? expected, JsonNode? actual)
    {
        if (_volatile.Covers(path))
        {
            Remember(expected, actual);
            return;
        }

        switch (expected, actual)
        {
            case (JsonObject r, JsonObject a):
                foreach (var name in r.Select(m => m.Key).Union(a.Select(m => m.Key)).ToArray())
                {
                    Compare(name.Contains('.', StringComparison.Ordinal) ? $"{path}[\"{name}\"]" : $"{path}.{name}", r[name], a[name]);
                }

                break;
            case (JsonArray r, JsonArray a) when r.Count == a.Count:
                a = InOrderOf(r, a, _volatile.IsUnordered(path));
                for (var i = 0; i < r.Count; i++)
                {
                    Compare($"{path}[{i}]", r[i], a[i]);
                }

                break;
            case (JsonValue r, JsonValue a) when r.TryGetValue<string>(out var was) && a.TryGetValue<string>(out var now) && (GoTexts.AreAlike(was, now) || AreIds(was, now)):
                break;
            default:
                if (!JsonNode.DeepEquals(expected, actual))
                {
                    Differences.Add(new Difference(path, expected?.DeepClone(), actual?.DeepClone()));
                }

                break;
        }
    }

    /// <summary>The recorder of invoke.md holds ports and ids volatile everywhere, and names none of them.</summary>
    private bool AreIds(string was, string now) =>
        recorded.File is "metadata-health" or "security-limits" or "grpc-proxy" or "invoke-http" or "tracing-metrics" && Guid.TryParseExact(was, "D", out _) && Guid.TryParseExact(now, "D", out _);

    /// <summary>The request with what this run answered in place of what was recorded.</summary>
    public JsonObject Bound(JsonNode request)
    {
        var text = request.ToJsonString();
        foreach (var (was, now) in _bindings)
        {
            text = text.Replace(was, now, StringComparison.Ordinal);
        }

        return JsonNode.Parse(text)!.AsObject();
    }

    public void Bind(string was, string now) => _bindings[was] = now;

    /// <summary>What a bulk read answers has no promised order: items are found by their keys.</summary>
    private static JsonArray InOrderOf(JsonArray expected, JsonArray actual, bool anyOrder)
    {
        var left = actual.ToList();
        var ordered = new List<JsonNode?>();
        foreach (var item in expected)
        {
            var name = item is JsonObject keyed ? (keyed["key"] is JsonValue ? "key" : anyOrder && keyed["name"] is JsonValue ? "name" : null) : null;
            if (name is null && !anyOrder)
            {
                return actual;
            }

            var match = left.FindIndex(i => name is null ? JsonNode.DeepEquals(i, item) : JsonNode.DeepEquals(i?[name], item![name]));
            if (match < 0)
            {
                return actual;
            }

            ordered.Add(left[match]?.DeepClone());
            left.RemoveAt(match);
        }

        return new JsonArray([.. ordered]);
    }

    private void Remember(JsonNode? expected, JsonNode? actual)
    {
        if (expected is JsonValue r && actual is JsonValue a && r.TryGetValue<string>(out var was) && a.TryGetValue<string>(out var now) && was.Length > 8)
        {
            _bindings[was] = now;
        }
    }
}
