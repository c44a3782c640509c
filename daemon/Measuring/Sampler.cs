using OpsMesh.Daemon.Supervision;

namespace OpsMesh.Daemon.Measuring;

/// <summary>How often the machine and the agents are measured.</summary>
/// <param name="Interval">At least 1 s.</param>
internal sealed record MeasuringOptions(string NodeId, string DataFolder, TimeSpan Interval);

/// <summary>Measures at even intervals and puts each measurement into the spool.</summary>
internal sealed partial class Sampler(MeasuringOptions options, Supervisor supervisor, MetricSpool spool, TimeProvider clock, ILogger<Sampler> logger)
    : BackgroundService
{
    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(1);

    private readonly MachineMeter _machine = new(options.DataFolder, clock);
    private readonly AgentMeter _agents = new(clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first look is the ground for rates; the first sample follows soon, so that a new node is not blank for a whole interval.
        _ = Measure();
        await Task.Delay(FirstInterval, clock, stoppingToken);
        using var timer = new PeriodicTimer(options.Interval, clock);
        do
        {
            try
            {
                await spool.AddAsync(options.NodeId, Measure(), stoppingToken);
            }
            catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
            {
                LogNotKept(bad);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private List<Contracts.Telemetry.V1.Metric> Measure()
    {
        var running = supervisor.Agents
            .Select(agent => (agent.Spec.Id, agent.Record.Process))
            .Where(agent => agent.Process is { Pid: > 0 })
            .Select(agent => (agent.Id, agent.Process!));
        return [.. _machine.Measure(), .. _agents.Measure(running)];
    }

    [LoggerMessage(LogLevel.Error, "A measurement could not be kept; it is lost")]
    private partial void LogNotKept(Exception failure);
}
