using OpsMesh.Contracts.Telemetry.V1;

namespace OpsMesh.TelemetryIngest.Intake;

/// <param name="Message">One sentence for people.</param>
internal sealed record Rejection(string Reason, string Message);

/// <summary>What one metric of a batch must look like. A metric that does not is refused alone; the rest of its batch is stored.</summary>
internal static class MetricRules
{
    /// <returns>Null when the metric is taken.</returns>
    public static Rejection? Check(Metric metric, DateTimeOffset now, IntakeOptions options)
    {
        if (metric.Type.Length == 0)
        {
            return new Rejection(Reasons.FieldRequired, "type is required.");
        }

        if (!MetricNames.IsType(metric.Type))
        {
            return new Rejection(Reasons.NameCharset, $"type must be {MetricNames.TypeRule}.");
        }

        if (metric.Timestamp > (now + options.Ahead).ToUnixTimeSeconds() || metric.Timestamp < (now - options.Behind).ToUnixTimeSeconds())
        {
            return new Rejection(
                Reasons.TimeOutOfRange, $"timestamp must be between now - {options.Behind.TotalDays} d and now + {options.Ahead.TotalMinutes} min.");
        }

        return CheckValues(metric, options);
    }

    private static Rejection? CheckValues(Metric metric, IntakeOptions options)
    {
        if (metric.Values.Count == 0)
        {
            return new Rejection(Reasons.FieldRequired, "values has no entry.");
        }

        if (metric.Values.Count > options.MaxValuesPerMetric)
        {
            return new Rejection(Reasons.TooManyItems, $"values has more than {options.MaxValuesPerMetric} entries.");
        }

        foreach (var (name, value) in metric.Values)
        {
            if (!MetricNames.IsValueName(name))
            {
                return new Rejection(Reasons.NameCharset, $"names of values must be {MetricNames.ValueRule}.");
            }

            if (!double.IsFinite(value))
            {
                return new Rejection(Reasons.OutOfRange, $"the value of {name} is not finite.");
            }
        }

        return null;
    }
}
