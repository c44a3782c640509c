using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OpsMesh.Console.Login;
using OpsMesh.Console.Problems;

namespace OpsMesh.Console.Traces;

/// <summary>Reads what the receiver took in.</summary>
internal sealed partial class TraceEndpoints(SpanBuffer buffer, TokenCheck check)
{
    private const int MostTraces = 1_000;

    public async Task ListAsync(HttpContext context)
    {
        await check.EnsureAsync(context.GetCredential().Token, context.RequestAborted);
        var given = context.Request.Query["limit"].ToString();
        var limit = 100;
        if (given.Length > 0 && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostTraces))
        {
            await context.WriteProblemAsync(Problem.Of(
                new Failure(FailureKind.Invalid, Reasons.OutOfRange, $"limit must be between 1 and {MostTraces}.") { Field = "limit" }));
            return;
        }

        await WriteAsync(context, new TraceList([.. buffer.Latest(limit).Select(TraceSummary.Of)]));
    }

    public async Task ShowAsync(HttpContext context)
    {
        await check.EnsureAsync(context.GetCredential().Token, context.RequestAborted);
        var id = context.Request.RouteValues["trace_id"]?.ToString() ?? "";
        if (!TraceId().IsMatch(id))
        {
            await context.WriteProblemAsync(Problem.Of(
                new Failure(FailureKind.Invalid, Reasons.FieldFormat, "A trace id has 32 hexadecimal digits, lower case.") { Field = "trace_id" }));
            return;
        }

        var spans = buffer.Trace(id);
        if (spans.Count == 0)
        {
            await context.WriteProblemAsync(Problem.Of(
                new Failure(FailureKind.NotFound, Reasons.ObjectUnknown, "No span of this trace has arrived, or they gave way to newer ones.")));
            return;
        }

        await WriteAsync(context, new TraceAnswer(id, spans));
    }

    private static Task WriteAsync<T>(HttpContext context, T answer)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
    }

    [GeneratedRegex(@"\A[0-9a-f]{32}\z")]
    private static partial Regex TraceId();
}

internal sealed record TraceAnswer(
    [property: JsonPropertyName("trace_id")] string TraceId,
    [property: JsonPropertyName("spans")] IReadOnlyList<SpanRecord> Spans);

internal sealed record TraceList([property: JsonPropertyName("traces")] IReadOnlyList<TraceSummary> Traces);
