using System.Text.Json.Serialization;

namespace OpsMesh.Console.Traces;

/// <summary>One line of the list of traces. Name and service are those of the root, or of the first span while the root is not here.</summary>
internal sealed record TraceSummary(
    [property: JsonPropertyName("trace_id")] string TraceId,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("service")] string Service,
    [property: JsonPropertyName("start_time")] string StartTime,
    [property: JsonPropertyName("duration_ms")] double DurationMs,
    [property: JsonPropertyName("spans")] int Spans,
    [property: JsonPropertyName("services")] IReadOnlyList<string> Services,
    [property: JsonPropertyName("error")] bool Error)
{
    /// <param name="spans">At least one, ordered by start.</param>
    public static TraceSummary Of(IReadOnlyList<SpanRecord> spans)
    {
        var root = spans.FirstOrDefault(span => span.ParentSpanId.Length == 0) ?? spans[0];
        var end = spans.Max(span => span.EndNano);
        return new TraceSummary(
            root.TraceId,
            root.Name,
            root.Service,
            spans[0].StartTime,
            end > spans[0].StartNano ? (end - spans[0].StartNano) / 1e6 : 0,
            spans.Count,
            [.. spans.Select(span => span.Service).Distinct(StringComparer.Ordinal)],
            spans.Any(span => span.Status == "ERROR"));
    }
}
