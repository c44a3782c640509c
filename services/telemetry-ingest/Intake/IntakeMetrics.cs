using System.Diagnostics.Metrics;

namespace OpsMesh.TelemetryIngest.Intake;

internal sealed class IntakeMetrics
{
    private readonly Counter<long> _stored;
    private readonly Counter<long> _refused;

    public IntakeMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("OpsMesh.TelemetryIngest");
        _stored = meter.CreateCounter<long>("opsmesh.ingest.values", "{value}", "Values stored.");
        _refused = meter.CreateCounter<long>("opsmesh.ingest.refused", "{value}", "Values refused, by reason.");
    }

    public void Stored(int values) => _stored.Add(values);

    public void Refused(int values, string reason) => _refused.Add(values, new KeyValuePair<string, object?>("reason", reason));
}
