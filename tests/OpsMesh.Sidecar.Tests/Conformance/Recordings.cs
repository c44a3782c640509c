using System.Text.Json.Nodes;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Where the recordings lie, and what we say about them.</summary>
internal static class Recordings
{
    private static readonly string Root = RepositoryRoot.Find();
    private static readonly string Folder = Path.Combine(Root, "tests", "Conformance", "recorded");
    private static readonly Lazy<JsonObject> AllSetups = new(() => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "state-setups.json")))!.AsObject());

    public static string OutOfScopeFile { get; } = Path.Combine(Root, "sidecar", "out-of-scope.json");

    public static string DeviationsFile { get; } = Path.Combine(Root, "sidecar", "deviations.json");

    /// <summary>Every case of every file.</summary>
    public static IReadOnlyList<RecordedCase> All() =>
        [.. Directory.EnumerateFiles(Folder, "*.jsonl").Order(StringComparer.Ordinal).SelectMany(file => File.ReadLines(file).Select(line => RecordedCase.Parse(line, Path.GetFileNameWithoutExtension(file))))];

    /// <summary>A set-up that the state recordings name: resources, config, args, env, files.</summary>
    public static JsonObject Setup(string name) => AllSetups.Value[name]?.AsObject() ?? throw new InvalidOperationException($"There is no set-up '{name}'.");
}
