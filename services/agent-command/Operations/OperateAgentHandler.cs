using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpsMesh.AgentCommand.Delivery;
using OpsMesh.AgentCommand.Ledger;
using OpsMesh.AgentCommand.Sessions;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Operations;

/// <summary>Makes a command of an operation, sees it to its node and waits a while for its end.</summary>
internal sealed partial class OperateAgentHandler(
    OperationTarget target,
    ICommandLedger ledger,
    SessionTable sessions,
    CommandDelivery delivery,
    CommandEnds ends,
    IHostApplicationLifetime lifetime,
    IOptions<OperationOptions> options,
    TimeProvider clock,
    ILogger<OperateAgentHandler> logger)
{
    // What is left of the caller's deadline must carry the answer back.
    private static readonly TimeSpan AnswerTravels = TimeSpan.FromSeconds(1);

    private readonly OperationOptions _options = options.Value;

    /// <returns>
    /// The command, final or (after 25 s) not; or Invalid (FIELD_REQUIRED, FIELD_FORMAT, OPERATION_UNKNOWN, IDEMPOTENCY_MISMATCH), NotFound
    /// (NODE_UNKNOWN, AGENT_UNKNOWN), Busy (QUEUE_FULL, SHED), Raced (CHANGED_MEANWHILE), Unavailable (STORE_UNAVAILABLE).
    /// Busy, Raced and Unavailable are safe to repeat with the same key.
    /// </returns>
    public async Task<Outcome<CommandDocument>> HandleAsync(OperateAgent request, CancellationToken cancellationToken)
    {
        if (OperationRules.Check(request) is { } refusal)
        {
            return refusal;
        }

        if (await target.CheckAsync(request.NodeId, request.AgentId, cancellationToken) is { } missing)
        {
            return missing;
        }

        var command = NewCommand(request);
        var key = request.IdempotencyKey.Length == 0 ? null : new IdempotencyKey(request.IdempotencyKey, request.BodyHash());
        var added = await ledger.AddOnceAsync(command, key, cancellationToken);
        if (!added.Succeeded)
        {
            return added.Failure;
        }

        var commandId = added.Value.CommandId;
        Activity.Current?.SetTag("opsmesh.command_id", commandId);
        using var watch = ends.WatchFor(commandId);
        if (added.Value.AlreadyKnown)
        {
            var known = await ledger.FindAsync(commandId, cancellationToken);
            if (!known.Succeeded || known.Value.IsFinal)
            {
                return known;
            }

            command = known.Value;
        }
        else
        {
            LogAccepted(commandId, request.Operation, request.AgentId, request.NodeId, request.Principal);
            if (sessions.Find(request.NodeId) is { } session)
            {
                delivery.Deliver(session, command);
            }
        }

        return await EndOrSoFarAsync(watch, command, request.Deadline, cancellationToken);
    }

    private CommandDocument NewCommand(OperateAgent request)
    {
        var now = clock.GetUtcNow();
        var here = sessions.Find(request.NodeId) is not null;
        return new CommandDocument
        {
            CommandId = Guid.CreateVersion7(now).ToString("D"),
            NodeId = request.NodeId,
            AgentId = request.AgentId,
            Operation = request.Operation,
            Generation = request.Generation,
            Principal = request.Principal,
            Traceparent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
            AcceptedAt = now,
            TtlSeconds = (int)_options.TimeToLive.TotalSeconds,
            RunTimeoutSeconds = (int)_options.RunTimeout.TotalSeconds,
            State = here ? CommandState.Offered : CommandState.Accepted,
            OfferedAt = here ? now : null,
        };
    }

    private async Task<CommandDocument> EndOrSoFarAsync(
        CommandEnds.Watch watch, CommandDocument soFar, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        var limit = deadline - clock.GetUtcNow() - AnswerTravels is { } left && left < _options.AnswerWithin ? left : _options.AnswerWithin;
        if (limit <= TimeSpan.Zero)
        {
            return soFar;
        }

        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            return await watch.Ended.WaitAsync(limit, clock, leaving.Token);
        }
        catch (TimeoutException)
        {
            return soFar;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // This process goes away; the command does not.
            return soFar;
        }
    }

    [LoggerMessage(LogLevel.Information, "Accepted command {CommandId}: {Operation} of agent {AgentId} on node {NodeId}, asked by {Principal}")]
    private partial void LogAccepted(string commandId, string operation, string agentId, string nodeId, string principal);
}
