using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>One place where an answer is not the recorded one.</summary>
internal sealed record Difference(string Path, JsonNode? Recorded, JsonNode? Here)
{
    /// <summary>A case that could not be played to its end.</summary>
    public static Difference Broken(string path, string problem) => new(path, null, problem);

    public override string ToString() => $"{Path}: recorded {Short(Recorded)}, here {Short(Here)}";

    private static string Short(JsonNode? node) => node?.ToJsonString() is { } text ? (text.Length > 400 ? text[..400] + "..." : text) : "nothing";
}
