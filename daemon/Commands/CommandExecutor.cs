using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Supervision;

namespace OpsMesh.Daemon.Commands;

/// <summary>
/// Carries commands out at most once each: in the journal before its effect, and answered from the journal ever after. A caller that goes
/// away changes nothing. Refuses: what <see cref="OperateRequests"/> refuses, AGENT_UNKNOWN, COMMAND_EXPIRED, LOCAL_POLICY, NODE_SPOOL_FULL.
/// </summary>
internal sealed partial class CommandExecutor(
    CommandJournal journal,
    EnvelopeGate gate,
    LocalPolicy policy,
    Supervisor supervisor,
    Failpoint failpoint,
    DaemonMetrics metrics,
    TimeProvider clock,
    ILogger<CommandExecutor> logger) : BackgroundService
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromHours(6);
    private static readonly TimeSpan DefaultRun = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Takes a command on, or finds the one of that id.</summary>
    public async Task<Outcome<CommandEntry>> SubmitAsync(CommandPayload payload)
    {
        var outcome = await TakeOnAsync(payload);
        if (!outcome.Succeeded)
        {
            metrics.Refused(outcome.Failure.Reason);
        }

        return outcome;
    }

    /// <summary>Each state that the command reaches from now on; the last one is final.</summary>
    public async IAsyncEnumerable<CommandProgress> WatchAsync(string commandId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (journal.Find(commandId) is { } entry)
        {
            yield return entry.Progress;
            if (entry.IsFinal)
            {
                yield break;
            }

            await entry.Changed.WaitAsync(cancellationToken);
        }
    }

    public override void Dispose()
    {
        _leaving.Dispose();
        base.Dispose();
    }

    /// <summary>Takes up what the daemon before received and did not begin.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var entry in journal.Waiting)
        {
            var operation = OperateRequests.Check(entry.Payload.Operate);
            var agent = supervisor.Find(entry.Payload.Operate?.AgentId ?? "");
            if (gate.CheckFresh(entry.Payload) is { } expired)
            {
                await FinishAsync(entry.Progress, CommandState.Failed, expired.Reason, expired.Message);
            }
            else if (operation.Succeeded && agent.Succeeded)
            {
                Begin(entry, agent.Value, operation.Value);
            }
            else
            {
                await FinishAsync(entry.Progress, CommandState.Failed, Reasons.AgentUnknown, "This node has no such agent any more.");
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _leaving.CancelAsync();
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_running.Values).WaitAsync(cancellationToken);
    }

    private async Task<Outcome<CommandEntry>> TakeOnAsync(CommandPayload payload)
    {
        if (journal.Find(payload.CommandId) is { } known)
        {
            return known;
        }

        if ((gate.CheckFresh(payload) ?? policy.Check(payload)) is { } refused)
        {
            return refused;
        }

        var operation = OperateRequests.Check(payload.Operate);
        if (!operation.Succeeded)
        {
            return operation.Failure;
        }

        var agent = supervisor.Find(payload.Operate.AgentId);
        if (!agent.Succeeded)
        {
            return agent.Failure;
        }

        var received = await journal.ReceiveAsync(payload);
        if (!received.Succeeded)
        {
            return received.Failure;
        }

        if (received.Value.IsNew)
        {
            Begin(received.Value.Entry, agent.Value, operation.Value);
        }

        return received.Value.Entry;
    }

    private void Begin(CommandEntry entry, AgentSupervisor agent, AgentOperation operation)
    {
        var run = RunAsync(entry, agent, operation, _leaving.Token);
        _running[entry.Payload.CommandId] = run;
        _ = run.ContinueWith(
            _ => _running.TryRemove(entry.Payload.CommandId, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task RunAsync(CommandEntry entry, AgentSupervisor agent, AgentOperation operation, CancellationToken leaving)
    {
        await Task.Yield();
        var payload = entry.Payload;
        var progress = entry.Progress.Clone();
        var parent = Activity.Current is null && payload.Traceparent.Length > 0 ? payload.Traceparent : null;
        using var span = DaemonTelemetry.Source.StartActivity("execute command", ActivityKind.Internal, parent);
        span?.SetTag("opsmesh.command.id", payload.CommandId);
        var limit = payload.RunTimeout?.ToTimeSpan() is { } wanted && wanted > TimeSpan.Zero ? wanted : DefaultRun;
        using var due = new CancellationTokenSource(limit < LongestRun ? limit : LongestRun, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, leaving);
        var order = new OperationOrder
        {
            Operation = operation,
            Generation = payload.Operate.Generation,
            Traceparent = payload.Traceparent,
            BeforeEffect = async _ =>
            {
                due.Token.ThrowIfCancellationRequested();
                progress = progress.Clone();
                progress.State = CommandState.Started;
                progress.StartedAt = clock.GetUtcNow().ToTimestamp();

                // On disk first: after a crash between here and the effect it counts as begun and is not run again.
                await journal.ProgressAsync(progress, CancellationToken.None);
                failpoint.Hit(Failpoint.AfterJournal);
            },
        };
        try
        {
            var outcome = await agent.OperateAsync(order, either.Token);
            var result = outcome.Succeeded ? outcome.Value : new OperationResult(false, outcome.Failure.Reason, outcome.Failure.Message);
            await FinishAsync(progress, result.Success ? CommandState.Succeeded : CommandState.Failed, result.Outcome, result.Message);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // Left as it is in the journal: what was begun is INTERRUPTED for the next daemon, what was not is its to do.
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested)
        {
            await FinishAsync(progress, CommandState.TimedOut, "TIMED_OUT", $"It did not end within {limit}.");
        }
#pragma warning disable CA1031 // Whatever went wrong, the command has an end, and agent-command is told.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            LogFailed(failed, payload.CommandId);
            await FinishAsync(progress, CommandState.Failed, "FAILED", failed.Message);
        }
    }

    private Task FinishAsync(CommandProgress progress, CommandState state, string outcome, string message)
    {
        var final = progress.Clone();
        final.State = state;
        final.Outcome = outcome;
        final.Message = message;
        final.FinishedAt = clock.GetUtcNow().ToTimestamp();
        LogFinished(final.CommandId, state, outcome);
        metrics.Ended(state);
        return journal.ProgressAsync(final, CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Information, "Command {Command} ended as {State}: {Outcome}")]
    private partial void LogFinished(string command, CommandState state, string outcome);

    [LoggerMessage(LogLevel.Error, "Command {Command} failed")]
    private partial void LogFailed(Exception failure, string command);
}
