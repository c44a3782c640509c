using Google.Protobuf.Collections;
using OpsMesh.Contracts.Telemetry.V1;

namespace OpsMesh.Daemon.Measuring;

/// <summary>Builds one metric. A value that is not finite is left out: it says nothing, and the service would refuse it.</summary>
internal sealed class MetricValues(string type, DateTimeOffset time)
{
    private readonly Metric _metric = new() { Type = type, Timestamp = time.ToUnixTimeSeconds() };

    private MapField<string, double> Values => _metric.Values;

    public MetricValues Add(string name, double value)
    {
        if (double.IsFinite(value))
        {
            Values[name] = value;
        }

        return this;
    }

    /// <returns>Null when it has no values.</returns>
    public Metric? Build() => Values.Count > 0 ? _metric : null;
}
