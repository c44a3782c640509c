using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Options;
using OpsMesh.AgentCommand.Ledger;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Reach;

namespace OpsMesh.AgentCommand.Delivery;

/// <summary>Brings one command to its node and its end into the ledger. Offered as often as it takes; the daemon executes it once.</summary>
internal sealed partial class CommandOffer(
    INodeConnector nodes,
    ICommandLedger ledger,
    CommandEnds ends,
    EnvelopeMaker envelopes,
    IOptions<DeliveryOptions> options,
    TimeProvider clock,
    ILogger<CommandOffer> logger)
{
    internal static readonly ActivitySource Spans = new("OpsMesh.AgentCommand");

    private readonly DeliveryOptions _options = options.Value;

    /// <summary>Returns when the command is final in the ledger.</summary>
    /// <param name="received">Completes when the node has the command in its journal.</param>
    /// <param name="ended">The session: what is open then is offered again in the next one.</param>
    public async Task RunAsync(CommandDocument command, TaskCompletionSource received, CancellationToken ended)
    {
        ActivityContext.TryParse(command.Traceparent, null, out var parent);
        using var span = Spans.StartActivity($"deliver {command.Operation}", ActivityKind.Internal, parent);
        span?.SetTag("opsmesh.command_id", command.CommandId).SetTag("opsmesh.node_id", command.NodeId).SetTag("opsmesh.agent_id", command.AgentId);

        var backoff = new Backoff(_options.ShortestDelay, _options.LongestDelay);
        while (true)
        {
            var outcome = await TryAsync(command, received, ended);
            if (outcome is null)
            {
                return;
            }

            LogNotYet(command.CommandId, command.NodeId, outcome.Reason, outcome.Message);
            await Task.Delay(backoff.Next(outcome.RetryAfter), clock, ended);
        }
    }

    /// <returns>Null when the command is final in the ledger; else why not yet.</returns>
    private async Task<Failure?> TryAsync(CommandDocument command, TaskCompletionSource received, CancellationToken ended)
    {
        // An offer must be durable before it leaves: only a command that never left may expire by time alone.
        if (command.State == CommandState.Accepted)
        {
            var now = clock.GetUtcNow();
            var left = await ledger.ChangeAsync(
                command.CommandId,
                current => CommandMachine.Offer(current, now) ?? CommandMachine.Expire(current, nodeNeverTookIt: false, now),
                ended);
            if (!left.Succeeded)
            {
                return left.Failure;
            }

            command = left.Value;
        }

        if (command.IsFinal)
        {
            ends.Announce(command);
            return null;
        }

        try
        {
            var opened = await nodes.OpenAsync(
                command.NodeId, Traffic.Command, (daemon, call) => daemon.Execute(new ExecuteRequest { Envelope = envelopes.Make(command) }, call), ended);
            if (!opened.Succeeded)
            {
                return await RefusedAsync(command, opened.Failure, ended);
            }

            using var stream = opened.Value;
            return await FollowAsync(command, stream, received, ended);
        }
        catch (RpcException e)
        {
            LogUntyped(e, command.CommandId, command.NodeId);
            return new Failure(FailureKind.Unavailable, Reasons.NodeUnreachable, $"The node's answer broke off with {e.StatusCode}.");
        }
    }

    private async Task<Failure?> FollowAsync(
        CommandDocument command, NodeMessages<ExecuteResponse> stream, TaskCompletionSource received, CancellationToken ended)
    {
        var seen = new CommandReports();
        using var interimEnds = CancellationTokenSource.CreateLinkedTokenSource(ended);
        var interim = Task.Delay(_options.InterimAfter, clock, interimEnds.Token);
        var next = stream.NextAsync(ended);
        try
        {
            while (true)
            {
                if (!next.IsCompleted && interim is not null && await Task.WhenAny(next, interim) == interim && !ended.IsCancellationRequested)
                {
                    interim = null;
                    await SaveAsync(command.CommandId, seen, ended);
                    continue;
                }

                var outcome = await next;
                if (!outcome.Succeeded)
                {
                    return await RefusedAsync(command, outcome.Failure!, ended);
                }

                if (outcome.Value is not { } response)
                {
                    return NodeFailures.Unreachable(command.NodeId, "its answer ended before the command did.");
                }

                seen.Add(response.Progress);
                received.TrySetResult();
                if (seen.IsFinal)
                {
                    return await SaveAsync(command.CommandId, seen, ended);
                }

                next = stream.NextAsync(ended);
            }
        }
        finally
        {
            await interimEnds.CancelAsync();
        }
    }

    private async Task<Failure?> SaveAsync(string commandId, CommandReports seen, CancellationToken ended)
    {
        var saved = await ledger.ChangeAsync(commandId, seen.ApplyTo, ended);
        if (!saved.Succeeded)
        {
            return saved.Failure;
        }

        ends.Announce(saved.Value);
        return null;
    }

    /// <summary>A node that refuses a command never took it; one that is busy or away may take it later.</summary>
    private async Task<Failure?> RefusedAsync(CommandDocument command, Failure refusal, CancellationToken ended)
    {
        if (refusal.Kind is FailureKind.Busy or FailureKind.Raced or FailureKind.TooLate or FailureKind.Unavailable)
        {
            return refusal;
        }

        var now = clock.GetUtcNow();
        var refused = await ledger.ChangeAsync(command.CommandId, current => CommandMachine.Refuse(current, refusal, now), ended);
        if (!refused.Succeeded)
        {
            return refused.Failure;
        }

        ends.Announce(refused.Value);
        return refused.Value.IsFinal ? null : refusal;
    }

    [LoggerMessage(LogLevel.Debug, "Command {CommandId} is not at node {NodeId} yet: {Reason} {Why}")]
    private partial void LogNotYet(string commandId, string nodeId, string reason, string why);

    [LoggerMessage(LogLevel.Error, "Node {NodeId} failed on command {CommandId}")]
    private partial void LogUntyped(Exception exception, string commandId, string nodeId);
}
