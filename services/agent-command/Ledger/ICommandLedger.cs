namespace OpsMesh.AgentCommand.Ledger;

internal interface ICommandLedger
{
    /// <summary>
    /// Adds the command with its place in the node's queue, its event and its audit record in one commit, unless the key was used before.
    /// </summary>
    /// <returns>
    /// What stands under the key; or Busy (QUEUE_FULL, SHED), Invalid (IDEMPOTENCY_MISMATCH), Raced (CHANGED_MEANWHILE),
    /// Unavailable (STORE_UNAVAILABLE): safe to repeat with the same key.
    /// </returns>
    Task<Outcome<LedgerEntry>> AddOnceAsync(CommandDocument command, IdempotencyKey? key, CancellationToken cancellationToken);

    /// <returns>The command; or NotFound (COMMAND_UNKNOWN), Unavailable (STORE_UNAVAILABLE).</returns>
    Task<Outcome<CommandDocument>> FindAsync(string commandId, CancellationToken cancellationToken);

    /// <returns>The node's commands that are not final, oldest first; or Unavailable (STORE_UNAVAILABLE).</returns>
    Task<Outcome<IReadOnlyList<CommandDocument>>> OpenOfAsync(string nodeId, CancellationToken cancellationToken);

    /// <summary>Commits what <paramref name="change"/> makes of the command; a final state leaves the queue and says so in an event.</summary>
    /// <param name="change">Pure: it is asked again when others changed the command meanwhile. Null: nothing changes.</param>
    /// <returns>The command as it is stored then; or a refusal as in <see cref="FindAsync"/>, or Raced (CHANGED_MEANWHILE).</returns>
    Task<Outcome<CommandDocument>> ChangeAsync(
        string commandId, Func<CommandDocument, CommandDocument?> change, CancellationToken cancellationToken);
}

/// <param name="Text">Chosen by the caller; scoped to the principal for 24 h.</param>
/// <param name="BodyHash">SHA-256 (hex) of everything in the request but the key.</param>
internal sealed record IdempotencyKey(string Text, string BodyHash);

/// <param name="AlreadyKnown">True when the key was used before: nothing was added.</param>
internal sealed record LedgerEntry(string CommandId, bool AlreadyKnown);
