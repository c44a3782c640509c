using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>The outcome as a table per area and a closing line, or as JSON.</summary>
internal static class ConformanceReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(IReadOnlyList<CaseOutcome> outcomes)
    {
        var text = new StringBuilder();
        foreach (var failed in outcomes.Where(o => o.Problem is not null))
        {
            text.Append("FAILED ").Append(failed.Case.Name).Append(": ").Append(failed.Problem).Append('\n');
        }

        var areas = outcomes.GroupBy(o => o.Case.Area).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        var width = areas.Max(a => a.Key.Length);
        text.Append(CultureInfo.InvariantCulture, $"{"area".PadRight(width)} {"cases",6} {"passed",7} {"deviate",8} {"failed",7} {"slow",6} {"not yet",8} {"out",6}\n");
        foreach (var area in areas)
        {
            text.Append(CultureInfo.InvariantCulture, $"{area.Key.PadRight(width)} {area.Count(),6} {Count(area, CaseClass.Passed),7} {Count(area, CaseClass.Deviation),8} {area.Count(IsFailure),7} {Count(area, CaseClass.Slow),6} {NotYet(area),8} {Count(area, CaseClass.OutOfScope),6}\n");
        }

        return text.Append(Closing(outcomes)).ToString();
    }

    public static string Closing(IReadOnlyList<CaseOutcome> outcomes)
    {
        var (passed, deviations, failed) = (Count(outcomes, CaseClass.Passed), Count(outcomes, CaseClass.Deviation), outcomes.Count(IsFailure));
        var rest = new StringBuilder();
        Append("out of scope", Count(outcomes, CaseClass.OutOfScope));
        Append("slow ones left out", Count(outcomes, CaseClass.Slow));
        Append("NOT REPLAYED YET", NotYet(outcomes));
        return string.Create(CultureInfo.InvariantCulture, $"{(rest.Length > 0 ? $"beside them: {rest}\n" : "")}conformance: {passed + deviations + failed} cases, {passed} passed, {deviations} deviations, {failed} failed{(NotYet(outcomes) > 0 ? $" ({NotYet(outcomes)} not replayed yet)" : "")}");

        void Append(string what, int count) => rest.Append(count > 0 ? $"{(rest.Length > 0 ? ", " : "")}{count} {what}" : "");
    }

    public static string Json(IReadOnlyList<CaseOutcome> outcomes) => new JsonObject
    {
        ["closing"] = Closing(outcomes),
        ["cases"] = new JsonArray([.. outcomes.Select(ToJson)]),
    }.ToJsonString(Indented);

    public static bool IsFailure(CaseOutcome outcome) => outcome.Problem is not null;

    private static int NotYet(IEnumerable<CaseOutcome> outcomes) => outcomes.Count(o => o is { Class: CaseClass.NotReplayed, Problem: null });

    private static int Count(IEnumerable<CaseOutcome> outcomes, CaseClass kind) => outcomes.Count(o => o.Class == kind);

    private static JsonNode ToJson(CaseOutcome outcome)
    {
        var json = new JsonObject { ["case"] = outcome.Case.Name, ["area"] = outcome.Case.Area, ["class"] = outcome.Class.ToString() };
        if (outcome.Problem is not null)
        {
            json["problem"] = outcome.Problem;
        }

        if (outcome.Differences.Count > 0)
        {
            json["differences"] = new JsonArray([.. outcome.Differences.Select(d => new JsonObject { ["path"] = d.Path, ["recorded"] = d.Recorded?.DeepClone(), ["here"] = d.Here?.DeepClone() })]);
        }

        return json;
    }
}
