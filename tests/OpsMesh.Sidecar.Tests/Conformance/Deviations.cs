using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>
/// Cases that the sidecar answers differently on purpose (sidecar/deviations.json). What it answers stands there too, by path, so that a
/// listed case cannot drift into something else; null as an answer: present here in a form that changes each time, or absent.
/// </summary>
internal sealed class Deviations(IReadOnlyDictionary<string, Deviations.Entry> entries)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public static Deviations Read()
    {
        var entries = JsonSerializer.Deserialize<List<Entry>>(File.ReadAllText(Recordings.DeviationsFile), Json)!;
        return new Deviations(entries.ToDictionary(e => e.Case, StringComparer.Ordinal));
    }

    public IEnumerable<string> Names => entries.Keys;

    public bool Lists(RecordedCase recorded) => entries.ContainsKey(recorded.Name);

    /// <returns>Null when the case is answered as the list says; else what is wrong with the list or the answer.</returns>
    public string? Check(RecordedCase recorded, IReadOnlyList<Difference> differences)
    {
        var entry = entries[recorded.Name];
        if (differences.Count == 0)
        {
            return "answered as recorded, though sidecar/deviations.json lists it";
        }

        return differences.FirstOrDefault(d => !Says(entry, d)) is { } other
            ? $"deviates in another way than sidecar/deviations.json says: {other}"
            : entry.Answer.Select(a => a.Key).FirstOrDefault(path => !differences.Any(d => d.Path == path)) is { } missing
            ? $"sidecar/deviations.json names {missing}, which is answered as recorded"
            : null;
    }

    private static bool Says(Entry entry, Difference difference) =>
        entry.Answer.TryGetPropertyValue(difference.Path, out var answer) && (answer is null || JsonNode.DeepEquals(answer, difference.Here));

    /// <param name="Answer">What we answer, by path in the case.</param>
    internal sealed record Entry(string Case, JsonObject Answer, string Why);
}
