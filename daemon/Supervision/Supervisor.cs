using System.Collections.Frozen;

namespace OpsMesh.Daemon.Supervision;

/// <summary>All agents of this node.</summary>
internal sealed partial class Supervisor : BackgroundService
{
    private readonly FrozenDictionary<string, AgentSupervisor> _agents;
    private readonly ILogger<Supervisor> _logger;

    public Supervisor(SupervisionOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<Supervisor>();
        Directory.CreateDirectory(options.DataFolder);
        var agentsFolder = Path.Combine(options.DataFolder, "agents");
        var launcher = new Launcher(LaunchScript.Install(options.DataFolder), clock);
        _agents = options.Agents.ToFrozenDictionary(
            spec => spec.Id,
            spec =>
            {
                var folder = new AgentFolder(agentsFolder, spec.Id);
                var life = new AgentLife(spec, folder, launcher, options.Restart, clock, loggers.CreateLogger<AgentLife>());
                return new AgentSupervisor(spec, folder, life, clock, loggers.CreateLogger<AgentSupervisor>());
            },
            StringComparer.Ordinal);
        foreach (var agent in _agents.Values)
        {
            agent.Changed += () => Changed?.Invoke();
        }

        Orphans = new OrphanedAgents(agentsFolder, _agents.Keys, clock);
    }

    /// <summary>After each change of any agent.</summary>
    public event Action? Changed;

    /// <summary>Ends when what ran before is adopted, so that the agents' states mean something.</summary>
    public Task Resumed => Task.WhenAll(_agents.Values.Select(agent => agent.Resumed));

    /// <summary>Ordered by id.</summary>
    public IEnumerable<AgentSupervisor> Agents => _agents.Values.OrderBy(a => a.Spec.Id, StringComparer.Ordinal);

    private OrphanedAgents Orphans { get; }

    public Outcome<AgentSupervisor> Find(string agentId) => _agents.TryGetValue(agentId, out var agent)
        ? agent
        : new Failure(FailureKind.NotFound, Reasons.AgentUnknown, "This node has no such agent.") { Field = "agent_id" };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll([StopOrphansAsync(stoppingToken), .. _agents.Values.Select(agent => agent.RunAsync(stoppingToken))]);
    }

    private async Task StopOrphansAsync(CancellationToken stoppingToken)
    {
        foreach (var orphan in await Orphans.StopAsync(stoppingToken))
        {
            LogOrphan(orphan);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Agent {Agent} is no longer configured; its program was stopped")]
    private partial void LogOrphan(string agent);
}
