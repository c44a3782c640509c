namespace OpsMesh.AgentCommand.Ledger;

/// <summary><c>cmdq:&lt;node&gt;</c>: the commands of a node that are not final, oldest first, and the counter of its command events.</summary>
internal sealed record CommandQueueDocument
{
    public const int Most = 100;

    public int Schema { get; init; } = 1;

    public required string NodeId { get; init; }

    public long NodeSeq { get; init; }

    public IReadOnlyList<string> Commands { get; init; } = [];
}
