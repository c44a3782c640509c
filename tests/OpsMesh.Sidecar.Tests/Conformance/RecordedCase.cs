using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>One case recorded from a real daprd: what was asked, what it answered, and which parts of that change each time.</summary>
internal sealed record RecordedCase(string Name, string Setup, IReadOnlyList<JsonObject> Steps, IReadOnlySet<string> Volatile)
{
    public static IEnumerable<RecordedCase> Read(string file) => File.ReadLines(file).Select(line =>
    {
        var json = JsonNode.Parse(line)!.AsObject();
        return new RecordedCase(
            json["case"]!.GetValue<string>(),
            json["setup"]?["yaml"] is JsonValue setup && setup.TryGetValue<string>(out var name) ? name : "",
            [.. json["steps"]!.AsArray().Select(s => s!.AsObject())],
            (json["volatile"]?.AsArray() ?? []).Select(v => v!.GetValue<string>()).ToHashSet(StringComparer.Ordinal));
    });
}
