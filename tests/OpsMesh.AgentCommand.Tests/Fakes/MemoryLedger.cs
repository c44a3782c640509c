using OpsMesh.AgentCommand.Ledger;

namespace OpsMesh.AgentCommand.Fakes;

/// <summary>A ledger in memory that keeps the promises of the real one, and can be told to be down.</summary>
internal sealed class MemoryLedger : ICommandLedger
{
    private static readonly Failure IsDown = new(FailureKind.Unavailable, Reasons.StoreUnavailable, "down");

    private readonly Lock _gate = new();
    private readonly List<CommandDocument> _commands = [];
    private readonly Dictionary<string, (string CommandId, string BodyHash)> _keys = [];

    public bool Down { get; set; }

    /// <summary>Each durable state of each command, in the order of their commits.</summary>
    public List<CommandDocument> Commits { get; } = [];

    public CommandDocument this[string id]
    {
        get
        {
            lock (_gate)
            {
                return _commands.Single(command => command.CommandId == id);
            }
        }
    }

    public void Put(CommandDocument command)
    {
        lock (_gate)
        {
            _commands.RemoveAll(known => known.CommandId == command.CommandId);
            _commands.Add(command);
            Commits.Add(command);
        }
    }

    public Task<Outcome<LedgerEntry>> AddOnceAsync(CommandDocument command, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (Down)
        {
            return Task.FromResult<Outcome<LedgerEntry>>(IsDown);
        }

        if (key is not null && _keys.TryGetValue(key.Text, out var known))
        {
            return Task.FromResult<Outcome<LedgerEntry>>(known.BodyHash == key.BodyHash
                ? new LedgerEntry(known.CommandId, AlreadyKnown: true)
                : new Failure(FailureKind.Invalid, Reasons.IdempotencyMismatch, "other body"));
        }

        if (key is not null)
        {
            _keys[key.Text] = (command.CommandId, key.BodyHash);
        }

        Put(command);
        return Task.FromResult<Outcome<LedgerEntry>>(new LedgerEntry(command.CommandId, AlreadyKnown: false));
    }

    public Task<Outcome<CommandDocument>> FindAsync(string commandId, CancellationToken cancellationToken) =>
        ChangeAsync(commandId, _ => null, cancellationToken);

    public Task<Outcome<IReadOnlyList<CommandDocument>>> OpenOfAsync(string nodeId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(Down
                ? IsDown
                : Outcome<IReadOnlyList<CommandDocument>>.Of([.. _commands.Where(command => command.NodeId == nodeId && !command.IsFinal)]));
        }
    }

    public Task<Outcome<CommandDocument>> ChangeAsync(
        string commandId, Func<CommandDocument, CommandDocument?> change, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Down)
            {
                return Task.FromResult<Outcome<CommandDocument>>(IsDown);
            }

            if (_commands.Find(command => command.CommandId == commandId) is not { } current)
            {
                return Task.FromResult<Outcome<CommandDocument>>(new Failure(FailureKind.NotFound, Reasons.CommandUnknown, "unknown"));
            }

            if (change(current) is { } next)
            {
                Put(next);
                current = next;
            }

            return Task.FromResult<Outcome<CommandDocument>>(current);
        }
    }
}
