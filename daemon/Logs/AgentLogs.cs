using System.Collections.Frozen;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Supervision;

namespace OpsMesh.Daemon.Logs;

/// <summary>The logs of all agents, and the loop that notes when they grow.</summary>
internal sealed partial class AgentLogs : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly FrozenDictionary<(string Agent, LogStream Stream), LogSource> _sources;
    private readonly TimeProvider _clock;
    private readonly ILogger<AgentLogs> _logger;

    public AgentLogs(Supervisor supervisor, TimeProvider clock, ILogger<AgentLogs> logger)
    {
        _clock = clock;
        _logger = logger;
        _sources = supervisor.Agents
            .SelectMany(agent => (IEnumerable<LogSource>)[Source(agent, LogStream.Stdout), Source(agent, LogStream.Stderr)], (agent, source) => (agent, source))
            .ToFrozenDictionary(pair => (pair.agent.Spec.Id, pair.source.Stream), pair => pair.source);

        LogSource Source(AgentSupervisor agent, LogStream stream) =>
            new(agent.Spec.Id, stream, agent.Folder, () => agent.Record.Process is null ? null : agent.Record.Generation, clock);
    }

    /// <summary>The log that a query is about.</summary>
    public Outcome<LogSource> Find(LogQuery? query)
    {
        if (query is null || query.AgentId.Length == 0)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldRequired, "It has to say which agent's log is wanted.") { Field = "query.agent_id" };
        }

        var stream = query.HasStream ? query.Stream : LogStream.Stdout;
        if (stream is not (LogStream.Stdout or LogStream.Stderr))
        {
            return new Failure(FailureKind.Invalid, Reasons.UnknownEnum, "The stream is STDOUT or STDERR.") { Field = "query.stream" };
        }

        return _sources.TryGetValue((query.AgentId, stream), out var source)
            ? source
            : new Failure(FailureKind.NotFound, Reasons.AgentUnknown, "This node has no such agent.") { Field = "query.agent_id" };
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anything of this daemon's time is noted.
        Each(source => source.NoteAway());
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Each(source => source.NoteNow());
        }
    }

    private void Each(Action<LogSource> act)
    {
        foreach (var source in _sources.Values)
        {
            try
            {
                act(source);
            }
            catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
            {
                LogUnreadable(bad, source.Name);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The log {Source} cannot be looked at; its lines get estimated times")]
    private partial void LogUnreadable(Exception failure, string source);
}
