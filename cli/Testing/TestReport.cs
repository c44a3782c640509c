using System.Text.Json;
using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Testing;

/// <summary>Reads xunit's CTRF report.</summary>
internal static class TestReport
{
    /// <exception cref="JsonException">The report is not whole: its process died.</exception>
    public static TestOutcome Read(string project, string file, TimeSpan took)
    {
        using var report = JsonDocument.Parse(File.ReadAllText(file));
        var results = report.RootElement.GetProperty("results");
        var tests = results.Items("tests").Select(t => (Name: Unescape(t.Text("name")), Status: t.Text("status"), Text: Detail(t))).ToList();
        var failures = tests.Where(t => t.Status is not ("passed" or "skipped" or "pending")).Select(t => (t.Name, t.Text)).ToList();
        if (results.TryGetProperty("extra", out var extra))
        {
            // What failed outside a test: a fixture, the cleanup of a class.
            failures.AddRange(extra.Items("suites").SelectMany(s => s.Items("errors")).Select(e => ($"{project} (outside a test)", e.ToString())));
        }

        return new TestOutcome(
            project, tests.Count(t => t.Status == "passed"), failures, [.. tests.Where(t => t.Status is "skipped" or "pending").Select(t => (t.Name, t.Text))], took);
    }

    private static string Detail(JsonElement test) => string.Join('\n', ((string[])[test.Text("message"), test.Text("trace")]).Where(t => t.Length > 0));

    /// <summary>xunit escapes quotes in names twice.</summary>
    private static string Unescape(string name) => name.Replace("\\\"", "\"", StringComparison.Ordinal);
}
