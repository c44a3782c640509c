using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OpsMesh.Telemetry;

/// <summary>One metric in Prometheus' text format: dots become underscores, a unit becomes a suffix, counters end in _total.</summary>
internal static class PrometheusText
{
    public static void Append(StringBuilder text, Metric metric)
    {
        var name = Name(metric);
        text.Append("# TYPE ").Append(name).Append(' ').Append(Kind(metric.MetricType)).Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    Line(text, name, "", point.Tags, null, point.GetSumLong());
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    Line(text, name, "", point.Tags, null, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    Line(text, name, "", point.Tags, null, point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    Line(text, name, "", point.Tags, null, point.GetGaugeLastValueDouble());
                    break;
                case MetricType.Histogram:
                    Histogram(text, name, point);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Histogram(StringBuilder text, string name, in MetricPoint point)
    {
        long seen = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            seen += bucket.BucketCount;
            var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : bucket.ExplicitBound.ToString("R", CultureInfo.InvariantCulture);
            Line(text, name, "_bucket", point.Tags, bound, seen);
        }

        Line(text, name, "_sum", point.Tags, null, point.GetHistogramSum());
        Line(text, name, "_count", point.Tags, null, point.GetHistogramCount());
    }

    private static void Line(StringBuilder text, string name, string suffix, ReadOnlyTagCollection tags, string? bound, double value)
    {
        text.Append(name).Append(suffix);
        var separator = '{';
        foreach (var (key, tag) in tags)
        {
            Label(text, ref separator, Sanitised(key), Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "");
        }

        if (bound is not null)
        {
            Label(text, ref separator, "le", bound);
        }

        text.Append(separator == ',' ? "} " : " ").Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static void Label(StringBuilder text, ref char separator, string key, string value)
    {
        text.Append(separator).Append(key).Append("=\"").Append(Escaped(value)).Append('"');
        separator = ',';
    }

    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Name(Metric metric)
    {
        var name = Sanitised(metric.Name);
        name = metric.Unit switch
        {
            "s" when !name.EndsWith("_seconds", StringComparison.Ordinal) => name + "_seconds",
            "By" when !name.EndsWith("_bytes", StringComparison.Ordinal) => name + "_bytes",
            _ => name,
        };
        return metric.MetricType is MetricType.LongSum or MetricType.DoubleSum ? name + "_total" : name;
    }

    private static string Sanitised(string name) =>
        string.Create(name.Length, name, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
            }
        });

    private static string Kind(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };
}
