using System.Diagnostics.Metrics;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Measuring;
using OpsMesh.Daemon.Supervision;

namespace OpsMesh.Daemon;

/// <summary>What the daemon tells of itself. What it measures of the node goes to telemetry-ingest, not here.</summary>
internal sealed class DaemonMetrics
{
    private readonly Counter<long> _commands;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _rejected;

    public DaemonMetrics(IMeterFactory meters, Supervisor supervisor, MetricSpool spool)
    {
        var meter = meters.Create("OpsMesh.Daemon");
        _commands = meter.CreateCounter<long>("opsmesh.daemon.commands", "{command}", "Commands that ended, by state.");
        _refused = meter.CreateCounter<long>("opsmesh.daemon.commands.refused", "{command}", "Commands that were refused, by reason.");
        _dropped = meter.CreateCounter<long>("opsmesh.daemon.metrics.dropped", "{batch}", "Batches of metrics that the spool had no room for.");
        _rejected = meter.CreateCounter<long>("opsmesh.daemon.metrics.rejected", "{metric}", "Metrics that telemetry-ingest refused, by reason.");
        meter.CreateObservableGauge("opsmesh.daemon.spool.size", () => spool.Bytes, "By", "Bytes of metrics on disk.");
        meter.CreateObservableGauge("opsmesh.daemon.agents.running", () => supervisor.Agents.Count(a => a.Record.Status == AgentStatus.Running), "{agent}");
        meter.CreateObservableCounter("opsmesh.daemon.agent.starts", () => Starts(supervisor), "{start}", "Starts of each agent, over all daemons of this data folder.");
    }

    public void Ended(CommandState state) => _commands.Add(1, new KeyValuePair<string, object?>("state", state.ToString()));

    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Dropped(long batches) => _dropped.Add(batches);

    public void Rejected(string reason) => _rejected.Add(1, new KeyValuePair<string, object?>("reason", reason));

    private static IEnumerable<Measurement<long>> Starts(Supervisor supervisor) =>
        supervisor.Agents.Select(a => new Measurement<long>((long)a.Record.Generation, new KeyValuePair<string, object?>("agent", a.Spec.Id)));
}
