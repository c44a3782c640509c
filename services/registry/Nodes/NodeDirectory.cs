using OpsMesh.DocumentStore;

namespace OpsMesh.Registry.Nodes;

internal interface INodeDirectory
{
    IReadOnlyList<NodeDocument> All();

    /// <returns>Null when there is no such node.</returns>
    NodeDocument? Find(string nodeId);

    /// <summary>Ordered by node id.</summary>
    /// <param name="hostname">Null for all.</param>
    /// <param name="afterNodeId">Null from the start.</param>
    IReadOnlyList<NodeDocument> List(string? hostname, string? afterNodeId, int limit);

    /// <summary>All nodes, and where to follow from.</summary>
    (IReadOnlyList<NodeDocument> Nodes, long ChangeSeq) Snapshot();

    /// <summary>Nodes that changed after a place, for ever.</summary>
    IAsyncEnumerable<NodeDocument> FollowAsync(long afterChangeSeq, CancellationToken cancellationToken);
}

/// <summary>The nodes as the projection shows them.</summary>
internal sealed class ProjectedNodeDirectory(Projection projection) : INodeDirectory
{
    public IReadOnlyList<NodeDocument> All() => Snapshot().Nodes;

    public NodeDocument? Find(string nodeId) => projection.Get(NodeEvents.ProjectionKind, nodeId)?.Read<NodeDocument>();

    public IReadOnlyList<NodeDocument> List(string? hostname, string? afterNodeId, int limit)
    {
        var rows = projection.List(new ProjectionQuery(NodeEvents.ProjectionKind)
        {
            Where = hostname is null ? null : ("hostname", hostname),
            AfterId = afterNodeId,
            Limit = limit,
        });
        return [.. rows.Select(r => r.Read<NodeDocument>())];
    }

    public (IReadOnlyList<NodeDocument> Nodes, long ChangeSeq) Snapshot()
    {
        var snapshot = projection.Snapshot(NodeEvents.ProjectionKind);
        return ([.. snapshot.Rows.Select(r => r.Read<NodeDocument>())], snapshot.ChangeSeq);
    }

    public async IAsyncEnumerable<NodeDocument> FollowAsync(
        long afterChangeSeq, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // No node is removed yet, so no tombstone comes.
        await foreach (var row in projection.FollowAsync(NodeEvents.ProjectionKind, afterChangeSeq, cancellationToken))
        {
            if (!row.Removed)
            {
                yield return row.Read<NodeDocument>();
            }
        }
    }
}
