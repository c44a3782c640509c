using OpsMesh.DocumentStore;
using OpsMesh.Registry.Nodes;
using OpsMesh.Registry.Registration;

namespace OpsMesh.Registry;

/// <summary>Nodes in memory, with the counters that the real ledger keeps; and the events it would tell.</summary>
internal sealed class FakeLedger : INodeLedger, INodeDirectory
{
    private long _commits;

    public SortedDictionary<string, NodeDocument> Nodes { get; } = new(StringComparer.Ordinal);

    public List<string> Told { get; } = [];

    /// <summary>What the next change answers instead of happening.</summary>
    public CommitResult? Refusal { get; set; }

    public Task<CommitResult> ChangeAsync(string nodeId, Func<NodeDocument?, NodeChange?> next, CancellationToken cancellationToken)
    {
        if (Refusal is not null)
        {
            return Task.FromResult(Refusal);
        }

        var stored = Nodes.GetValueOrDefault(nodeId);
        if (next(stored) is not { } change)
        {
            return Task.FromResult<CommitResult>(new CommitResult.NoChange());
        }

        Nodes[nodeId] = change.Node with { Revision = (stored?.Revision ?? 0) + 1 };
        Told.AddRange(change.Verbs);
        return Task.FromResult<CommitResult>(new CommitResult.Committed(++_commits));
    }

    public IReadOnlyList<NodeDocument> All() => [.. Nodes.Values];

    public NodeDocument? Find(string nodeId) => Nodes.GetValueOrDefault(nodeId);

    public IReadOnlyList<NodeDocument> List(string? hostname, string? afterNodeId, int limit) =>
    [
        .. Nodes.Values
            .Where(n => hostname is null || n.Hostname == hostname)
            .Where(n => afterNodeId is null || string.CompareOrdinal(n.NodeId, afterNodeId) > 0)
            .Take(limit),
    ];

    public (IReadOnlyList<NodeDocument> Nodes, long ChangeSeq) Snapshot() => (All(), _commits);

    public IAsyncEnumerable<NodeDocument> FollowAsync(long afterChangeSeq, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<NodeDocument>();
}
