using System.IO.Enumeration;
using System.Text.Json;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Areas that the sidecar leaves out (sidecar/out-of-scope.json). A pattern's members must all match; * stands for any text.</summary>
internal sealed class OutOfScope(IReadOnlyList<OutOfScope.Area> areas)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public static OutOfScope Read() => new(JsonSerializer.Deserialize<List<Area>>(File.ReadAllText(Recordings.OutOfScopeFile), Json)!);

    /// <returns>Null when the case is in scope.</returns>
    public string? AreaOf(RecordedCase recorded) => areas.FirstOrDefault(a => a.Patterns.Any(p => p.Matches(recorded)))?.Name;

    /// <returns>Patterns that match nothing: they hide a mistake.</returns>
    public IEnumerable<string> Idle(IReadOnlyList<RecordedCase> cases) =>
        areas.SelectMany(a => a.Patterns.Where(p => !cases.Any(p.Matches)).Select(p => $"{a.Name}: {p}"));

    internal sealed record Area(string Name, IReadOnlyList<Pattern> Patterns);

    internal sealed record Pattern(string? File, string? Case, string? Component)
    {
        public bool Matches(RecordedCase recorded) => Fits(File, recorded.File) && Fits(Case, recorded.Name) && Fits(Component, recorded.Component);

        private static bool Fits(string? pattern, string text) => pattern is null || FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
    }
}
