using OpsMesh.DocumentStore;

namespace OpsMesh.AgentCommand.Ledger;

/// <summary>The ledger as documents: <c>cmd:&lt;id&gt;</c> and <c>cmdq:&lt;node&gt;</c>.</summary>
internal sealed class StateCommandLedger(Documents documents, NodeGates gates) : ICommandLedger
{
    internal static readonly TimeSpan KeepFinal = TimeSpan.FromHours(24);

    private const string Action = "opsmesh.agent_command.v1.AgentService/OperateAgent";

    public async Task<Outcome<LedgerEntry>> AddOnceAsync(CommandDocument command, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var once = key is null ? null : documents.IdempotencyKey(command.Principal, key.Text);
        KnownCommand? known = null;
        Failure? refused = null;

        using var turn = await gates.EnterAsync(command.NodeId, cancellationToken);
        var result = await documents.CommitAsync(async token =>
        {
            if (once is not null && await documents.FindKeyAsync(once, token) is { } used)
            {
                known = used.Read<KnownCommand>();
                return null;
            }

            var read = await documents.GetAsync<CommandQueueDocument>(QueueKey(command.NodeId), token);
            var queue = read?.Value ?? new CommandQueueDocument { NodeId = command.NodeId };
            if (queue.Commands.Count >= CommandQueueDocument.Most)
            {
                refused = QueueFull(command.NodeId);
                return null;
            }

            var next = queue with { Commands = [.. queue.Commands, command.CommandId], NodeSeq = queue.NodeSeq + 1 };
            var change = new Change()
                .Insert(Key(command.CommandId), command)
                .Upsert(QueueKey(command.NodeId), read, next)
                .Emit(Event("accepted", command, next.NodeSeq))
                .Audit(new AuditRecord(command.Principal, Action, $"{command.NodeId}/{command.AgentId}", "allowed"));
            return once is null ? change : change.Once(once, new KnownCommand(command.CommandId, key!.BodyHash));
        }, cancellationToken);

        if (result is CommitResult.KnownKey raced)
        {
            known = raced.Read<KnownCommand>();
        }

        if ((result.AsFailure() ?? refused) is { } failure)
        {
            return failure;
        }

        return known is null ? new LedgerEntry(command.CommandId, AlreadyKnown: false)
            : known.BodyHash == key!.BodyHash ? new LedgerEntry(known.CommandId, AlreadyKnown: true)
            : Mismatch();
    }

    public async Task<Outcome<CommandDocument>> FindAsync(string commandId, CancellationToken cancellationToken)
    {
        try
        {
            return await documents.GetAsync<CommandDocument>(Key(commandId), cancellationToken) is { } found ? found.Value : Unknown(commandId);
        }
        catch (StoreUnavailableException)
        {
            return CommitFailures.StoreUnavailable;
        }
    }

    public async Task<Outcome<IReadOnlyList<CommandDocument>>> OpenOfAsync(string nodeId, CancellationToken cancellationToken)
    {
        try
        {
            if (await documents.GetAsync<CommandQueueDocument>(QueueKey(nodeId), cancellationToken) is not { Value.Commands: { Count: > 0 } ids })
            {
                return Outcome<IReadOnlyList<CommandDocument>>.Of([]);
            }

            var found = await documents.GetManyAsync<CommandDocument>([.. ids.Select(Key)], cancellationToken);
            var byId = found.ToDictionary(document => document.Value.CommandId, document => document.Value, StringComparer.Ordinal);
            return Outcome<IReadOnlyList<CommandDocument>>.Of([.. ids.Where(byId.ContainsKey).Select(id => byId[id]).Where(command => !command.IsFinal)]);
        }
        catch (StoreUnavailableException)
        {
            return CommitFailures.StoreUnavailable;
        }
    }

    public async Task<Outcome<CommandDocument>> ChangeAsync(
        string commandId, Func<CommandDocument, CommandDocument?> change, CancellationToken cancellationToken)
    {
        CommandDocument? stands = null;
        var result = await documents.CommitAsync(async token =>
        {
            var read = await documents.GetAsync<CommandDocument>(Key(commandId), token);
            stands = read?.Value;
            if (read is null || change(read.Value) is not { } next)
            {
                return null;
            }

            stands = next;
            return next.IsFinal ? await EndAsync(read, next, token) : new Change().Put(read, next);
        }, cancellationToken);

        if (result.AsFailure() is { } failure)
        {
            return failure;
        }

        return stands is null ? Unknown(commandId) : stands;
    }

    private async Task<Change> EndAsync(Document<CommandDocument> read, CommandDocument ended, CancellationToken cancellationToken)
    {
        var queueRead = await documents.GetAsync<CommandQueueDocument>(QueueKey(ended.NodeId), cancellationToken);
        var queue = queueRead?.Value ?? new CommandQueueDocument { NodeId = ended.NodeId };
        var next = queue with { Commands = [.. queue.Commands.Where(id => id != ended.CommandId)], NodeSeq = queue.NodeSeq + 1 };
        return new Change()
            .Put(read.Key, ended, read.ETag, KeepFinal)
            .Upsert(QueueKey(ended.NodeId), queueRead, next)
            .Emit(Event("finished", ended, next.NodeSeq));
    }

    private static DocumentEvent Event(string verb, CommandDocument command, long nodeSeq) => new()
    {
        Topic = "command-state",
        Type = $"opsmesh.command.{verb}.v1",
        Source = "/agent-command/commands",
        Subject = command.CommandId,
        NodeId = command.NodeId,
        NodeSeq = nodeSeq,
        TraceParent = command.Traceparent,
        Data = CommandEventData.Of(command),
    };

    private static string Key(string commandId) => $"cmd:{commandId}";

    private static string QueueKey(string nodeId) => $"cmdq:{nodeId}";

    private static Failure Unknown(string commandId) =>
        new(FailureKind.NotFound, Reasons.CommandUnknown, $"There is no command '{commandId}'.") { Field = "command_id" };

    private static Failure QueueFull(string nodeId) =>
        new(FailureKind.Busy, Reasons.QueueFull, $"Node '{nodeId}' has {CommandQueueDocument.Most} open commands.") { RetryAfter = TimeSpan.FromSeconds(5) };

    private static Failure Mismatch() =>
        new(FailureKind.Invalid, Reasons.IdempotencyMismatch, "This key was used before with another request.") { Field = "idempotency_key" };

    private sealed record KnownCommand(string CommandId, string BodyHash);
}
