using Google.Protobuf.WellKnownTypes;
using OpsMesh.Contracts.Telemetry.V1;

namespace OpsMesh.TelemetryIngest.Queries;

/// <summary>Turns a question as it came into one that can be answered, or names the field that is wrong.</summary>
internal static class QueryRules
{
    public const int MostPoints = 11_000;

    private static readonly TimeSpan DefaultRange = TimeSpan.FromHours(1);

    public static Outcome<SampleQuery> Parse(QueryMetricsRequest request, DateTimeOffset now)
    {
        if (CheckNames(request) is { } wrongName)
        {
            return wrongName;
        }

        var parsedEnd = SecondsOf("end", request.End, now.ToUnixTimeSeconds() + 1);
        if (!parsedEnd.Succeeded)
        {
            return parsedEnd.Failure;
        }

        var end = parsedEnd.Value;
        var parsedStart = SecondsOf("start", request.Start, end - (long)DefaultRange.TotalSeconds);
        if (!parsedStart.Succeeded)
        {
            return parsedStart.Failure;
        }

        var start = parsedStart.Value;
        if (start >= end)
        {
            return Refuse(Reasons.OutOfRange, "start", "it must be before end");
        }

        var step = request.Step?.Seconds;
        if (CheckStep(request, end - start) is { } wrongStep)
        {
            return wrongStep;
        }

        return new SampleQuery(
            request.NodeId, request.Type, request.ValueName, start, end, step,
            request.HasAggregation ? (SampleAggregation)(request.Aggregation - Aggregation.Avg) : SampleAggregation.Avg);
    }

    /// <returns>Null when it is the name of a type.</returns>
    public static Failure? CheckType(string type) =>
        MetricNames.IsType(type) ? null : Refuse(Reasons.NameCharset, "type", $"it must be {MetricNames.TypeRule}");

    private static Failure? CheckNames(QueryMetricsRequest request)
    {
        if (Ids.CheckUuid(request.NodeId, "node_id") is { } refusal)
        {
            return refusal;
        }

        if (request.Type.Length == 0)
        {
            return Refuse(Reasons.FieldRequired, "type", "it is required");
        }

        if (request.ValueName.Length == 0)
        {
            return Refuse(Reasons.FieldRequired, "value_name", "it is required");
        }

        return CheckType(request.Type)
            ?? (MetricNames.IsValueName(request.ValueName)
                ? null
                : Refuse(Reasons.NameCharset, "value_name", $"it must be {MetricNames.ValueRule}"));
    }

    /// <summary>Whole seconds, rounded up: a sample of a second lies at its start.</summary>
    private static Outcome<long> SecondsOf(string field, Timestamp? time, long absent)
    {
        const long First = -62_135_596_800; // 0001-01-01
        const long Last = 253_402_300_799; // 9999-12-31
        if (time is null)
        {
            return absent;
        }

        return time.Seconds is < First or > Last || time.Nanos is < 0 or > 999_999_999
            ? Refuse(Reasons.FieldFormat, field, "it is no time")
            : time.Seconds + (time.Nanos > 0 ? 1 : 0);
    }

    private static Failure? CheckStep(QueryMetricsRequest request, long range)
    {
        if (request.HasAggregation && request.Aggregation is < Aggregation.Avg or > Aggregation.Count)
        {
            return Refuse(Reasons.UnknownEnum, "aggregation", "it must be AVG, MIN, MAX, SUM or COUNT");
        }

        if (request.Step is not { } step)
        {
            return request.HasAggregation ? Refuse(Reasons.FieldRequired, "step", "an aggregation needs it") : null;
        }

        if (step.Nanos != 0)
        {
            return Refuse(Reasons.FieldFormat, "step", "it must be whole seconds");
        }

        const long LongestStep = 31 * 86_400;
        if (step.Seconds is < 1 or > LongestStep)
        {
            return Refuse(Reasons.OutOfRange, "step", "it must be 1 s to 31 d");
        }

        return range / step.Seconds > MostPoints
            ? Refuse(Reasons.OutOfRange, "step", $"at most {MostPoints} points may come out of range / step")
            : null;
    }

    private static Failure Refuse(string reason, string field, string rule) =>
        new(FailureKind.Invalid, reason, $"{field}: {rule}.") { Field = field };
}
