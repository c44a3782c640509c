namespace OpsMesh.AgentCommand.Ledger;

/// <summary>Looks one command up. A command whose end only time has brought is ended here.</summary>
internal sealed class GetCommandHandler(ICommandLedger ledger, TimeProvider clock)
{
    /// <returns>The command; or Invalid (FIELD_REQUIRED, FIELD_FORMAT), NotFound (COMMAND_UNKNOWN), Unavailable (STORE_UNAVAILABLE).</returns>
    public async Task<Outcome<CommandDocument>> HandleAsync(string commandId, CancellationToken cancellationToken)
    {
        if (Ids.CheckUuid(commandId, "command_id") is { } refusal)
        {
            return refusal;
        }

        var found = await ledger.FindAsync(commandId, cancellationToken);
        if (!found.Succeeded || EndedByTime(found.Value) is null)
        {
            return found;
        }

        return await ledger.ChangeAsync(commandId, EndedByTime, cancellationToken);
    }

    private CommandDocument? EndedByTime(CommandDocument command)
    {
        var now = clock.GetUtcNow();
        return CommandMachine.Expire(command, nodeNeverTookIt: false, now) ?? CommandMachine.GiveUp(command, now);
    }
}
