using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>One case recorded from a real daprd: what was asked, what it answered, and which parts of that change each time.</summary>
internal sealed record RecordedCase(string Name, string File, JsonObject Setup, IReadOnlyList<JsonObject> Steps, IReadOnlyList<string> Volatile, JsonObject Json)
{
    /// <summary>The component that the case is about; empty when it is about none.</summary>
    public string Component => Text("component");

    /// <summary>Name of the set-up, or its resources as text.</summary>
    public string Yaml => Text("yaml");

    /// <summary>How long daprd took for it.</summary>
    public TimeSpan Took => TimeSpan.FromMilliseconds(Steps.Sum(Milliseconds));

    /// <summary>The row of the table that it counts for.</summary>
    public string Area => Component.Length > 0 && Component.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '-') ? $"{File} {Component}" : File;

    public bool Has(params ReadOnlySpan<string> kinds)
    {
        foreach (var step in Steps)
        {
            if (kinds.Contains(step["do"]!.GetValue<string>()))
            {
                return true;
            }
        }

        return false;
    }

    public static RecordedCase Parse(string line, string file)
    {
        var json = JsonNode.Parse(line)!.AsObject();
        return new RecordedCase(
            json["case"]!.GetValue<string>(),
            file,
            json["setup"] as JsonObject ?? [],
            [.. (json["steps"]?.AsArray() ?? []).Select(s => s!.AsObject())],
            [.. (json["volatile"]?.AsArray() ?? []).Select(v => v!.GetValue<string>())],
            json);
    }

    private string Text(string name) => Setup[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static double Milliseconds(JsonObject step) =>
        (step["ms"] ?? step["response"]?["ms"] ?? (step["do"]?.GetValue<string>() == "daprd-process" ? step["tookMs"] : null) ?? (step["hundredTwenty"] as JsonArray)?[^1]?["atMs"]) is JsonValue value && value.TryGetValue<double>(out var ms) ? ms : 0;
}
