using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore;
using OpsMesh.Registry.Heartbeats;
using OpsMesh.Registry.Nodes;
using OpsMesh.Registry.Registration;

namespace OpsMesh.Registry.Liveness;

/// <summary>Judges all nodes at each tick and commits the verdicts that changed, each only while its session is still the current one.</summary>
internal sealed partial class LivenessLoop(
    SessionTable sessions,
    INodeDirectory directory,
    INodeLedger ledger,
    IOptions<LivenessOptions> options,
    TimeProvider clock,
    ILogger<LivenessLoop> logger) : BackgroundService
{
    private readonly LivenessOptions _options = options.Value;
    private readonly Dictionary<string, (ulong Epoch, Verdict Verdict)> _told = new(StringComparer.Ordinal);
    private readonly long _startedAt = clock.GetTimestamp();
    private long _tickedAt = clock.GetTimestamp();
    private long _heardFrom = clock.GetTimestamp();
    private bool _unheardDone;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.Tick, clock, stoppingToken);
                await TickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start judges on.
        }
    }

    internal async Task TickAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetTimestamp();
        if (clock.GetElapsedTime(_tickedAt, now) > _options.Tick + _options.StandstillAfter)
        {
            // Heartbeats of that time wait in the sockets: the silence was ours.
            LogStandstill(clock.GetElapsedTime(_tickedAt, now));
            _heardFrom = now;
        }

        _tickedAt = now;
        if (await JudgeSessionsAsync(now, cancellationToken))
        {
            await JudgeUnheardAsync(now, cancellationToken);
        }

        // The commits above may have waited for a slow store; that is no standstill of hearing.
        _tickedAt = clock.GetTimestamp();
    }

    /// <returns>False when the store does not take verdicts now; they are judged again at the next tick.</returns>
    private async Task<bool> JudgeSessionsAsync(long now, CancellationToken cancellationToken)
    {
        foreach (var session in sessions.Views)
        {
            var silent = clock.GetElapsedTime(Math.Max(session.LastHeard, _heardFrom), now);
            var judgement = LivenessDecider.Judge(session.Granted, silent < TimeSpan.Zero ? TimeSpan.Zero : silent, _options);
            var told = _told.TryGetValue(session.NodeId, out var last) && last.Epoch == session.Epoch ? last.Verdict : Verdict.Online;
            if (judgement.Verdict == told)
            {
                continue;
            }

            if (!await TellAsync(session.NodeId, session.Epoch, judgement, cancellationToken))
            {
                return false;
            }

            _told[session.NodeId] = (session.Epoch, judgement.Verdict);
        }

        return true;
    }

    /// <summary>Nodes that were believed alive before this start and have not come back. Looked for until none is left.</summary>
    private async Task JudgeUnheardAsync(long now, CancellationToken cancellationToken)
    {
        if (_unheardDone || LivenessDecider.JudgeUnheard(clock.GetElapsedTime(_startedAt, now), _options) is not { } judgement)
        {
            return;
        }

        try
        {
            foreach (var node in directory.All().Where(n => n.State != Verdict.Offline && sessions.Find(n.NodeId) is null))
            {
                if (!await TellAsync(node.NodeId, node.SessionEpoch, judgement, cancellationToken))
                {
                    return;
                }
            }

            _unheardDone = true;
        }
        catch (SqliteException ex)
        {
            LogNotRead(ex);
        }
    }

    private async Task<bool> TellAsync(string nodeId, ulong epoch, Judgement judgement, CancellationToken cancellationToken)
    {
        var result = await ledger.ChangeAsync(
            nodeId,
            stored => stored is null || stored.SessionEpoch != epoch || stored.State == judgement.Verdict
                ? null
                : new NodeChange(
                    stored with { State = judgement.Verdict, StateSince = clock.GetUtcNow(), Evidence = judgement.Evidence },
                    NodeEvents.VerbOf(judgement.Verdict)),
            cancellationToken);
        if (result is CommitResult.Committed)
        {
            LogVerdict(nodeId, judgement.Verdict, judgement.Evidence);
        }

        return result.AsFailure() is null;
    }

    [LoggerMessage(LogLevel.Information, "Node {NodeId} is {Verdict}: {Evidence}")]
    private partial void LogVerdict(string nodeId, Verdict verdict, string evidence);

    [LoggerMessage(LogLevel.Warning, "The registry stood still for {Duration}; silence of nodes counts from now")]
    private partial void LogStandstill(TimeSpan duration);

    [LoggerMessage(LogLevel.Warning, "Nodes that have not come back cannot be listed; trying again")]
    private partial void LogNotRead(Exception exception);
}
