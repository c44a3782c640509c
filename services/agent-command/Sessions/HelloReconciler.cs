using OpsMesh.AgentCommand.Inventory;
using OpsMesh.AgentCommand.Ledger;
using OpsMesh.Contracts.AgentCommand.V1;

namespace OpsMesh.AgentCommand.Sessions;

/// <summary>What both sides know, compared at the start of a session.</summary>
/// <param name="NeedFullState">True when the stored agent states are not the ones the daemon would sync.</param>
/// <param name="AckedResults">Commands whose end is durable here, or that nobody here remembers.</param>
/// <param name="Open">Commands to offer (again), oldest first.</param>
internal sealed record Reconciliation(bool NeedFullState, IReadOnlyList<string> AckedResults, IReadOnlyList<CommandDocument> Open);

/// <summary>Takes over what the daemon's journal says, ends what only the daemon's word could end, and finds what is still to be done.</summary>
internal sealed class HelloReconciler(ICommandLedger ledger, IAgentStore agents, CommandEnds ends, TimeProvider clock)
{
    /// <returns>The result; or Unavailable (STORE_UNAVAILABLE), Raced (CHANGED_MEANWHILE): the daemon comes again.</returns>
    public async Task<Outcome<Reconciliation>> ReconcileAsync(NodeHello hello, CancellationToken cancellationToken)
    {
        var stored = await agents.FindAsync(hello.NodeId, cancellationToken);
        if (!stored.Succeeded)
        {
            return stored.Failure!;
        }

        var acked = new List<string>();
        foreach (var entry in hello.Journal)
        {
            var changed = await ledger.ChangeAsync(entry.CommandId, command => Owned(command, hello) ? CommandMachine.Report(command, entry) : null, cancellationToken);
            if (!changed.Succeeded && changed.Failure.Kind != FailureKind.NotFound)
            {
                return changed.Failure;
            }

            // Unknown here means that it ended long ago and was forgotten: nobody waits for it any more.
            if (CommandMachine.IsFinal(entry.State) && (!changed.Succeeded || changed.Value.IsFinal))
            {
                acked.Add(entry.CommandId);
            }

            if (changed.Succeeded)
            {
                ends.Announce(changed.Value);
            }
        }

        var open = await OpenAsync(hello, cancellationToken);
        return open.Succeeded ? new Reconciliation(NeedsFull(stored.Value, hello), acked, open.Value) : open.Failure;
    }

    private async Task<Outcome<IReadOnlyList<CommandDocument>>> OpenAsync(NodeHello hello, CancellationToken cancellationToken)
    {
        var found = await ledger.OpenOfAsync(hello.NodeId, cancellationToken);
        if (!found.Succeeded)
        {
            return found;
        }

        var journalled = hello.Journal.Select(entry => entry.CommandId).ToHashSet(StringComparer.Ordinal);
        var open = new List<CommandDocument>();
        foreach (var command in found.Value)
        {
            var now = clock.GetUtcNow();
            if (CommandMachine.Expire(command, nodeNeverTookIt: !journalled.Contains(command.CommandId), now) is null)
            {
                open.Add(command);
                continue;
            }

            var expired = await ledger.ChangeAsync(
                command.CommandId, current => CommandMachine.Expire(current, !journalled.Contains(current.CommandId), now), cancellationToken);
            if (!expired.Succeeded)
            {
                return expired.Failure;
            }

            ends.Announce(expired.Value);
        }

        return Outcome<IReadOnlyList<CommandDocument>>.Of(open);
    }

    private static bool Owned(CommandDocument command, NodeHello hello) => command.NodeId == hello.NodeId;

    private static bool NeedsFull(AgentsDocument? stored, NodeHello hello) =>
        stored is null || stored.Epoch != hello.DaemonEpoch || stored.Seq != hello.StateSeq
        || (stored.Digest.Length > 0 && hello.StateDigest.Length > 0 && stored.Digest != hello.StateDigest);
}
