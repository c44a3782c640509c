using OpsMesh.DocumentStore;
using OpsMesh.Registry.Nodes;

namespace OpsMesh.Registry.Registration;

internal interface INodeLedger
{
    /// <summary>Replaces a node by what <paramref name="next"/> makes of it, with its event and row, in one commit.</summary>
    /// <param name="next">Gets the stored node (null: never registered), also after each lost race; null: nothing to do.</param>
    Task<CommitResult> ChangeAsync(string nodeId, Func<NodeDocument?, NodeChange?> next, CancellationToken cancellationToken);
}

/// <param name="Verbs">Events to tell, in order; each takes one nodeseq.</param>
internal sealed record NodeChange(NodeDocument Node, params IReadOnlyList<string> Verbs);

internal sealed class DocumentNodeLedger(Documents documents) : INodeLedger
{
    public Task<CommitResult> ChangeAsync(string nodeId, Func<NodeDocument?, NodeChange?> next, CancellationToken cancellationToken) =>
        documents.CommitAsync(
            async token =>
            {
                var key = NodeDocument.Key(nodeId);
                var stored = await documents.GetAsync<NodeDocument>(key, token);
                return next(stored?.Value) is { } change ? Describe(key, stored, change) : null;
            },
            cancellationToken);

    private static Change Describe(string key, Document<NodeDocument>? stored, NodeChange change)
    {
        var node = change.Node with
        {
            NodeSeq = (stored?.Value.NodeSeq ?? 0) + change.Verbs.Count,
            Revision = (stored?.Value.Revision ?? 0) + 1,
        };
        return new Change().Upsert(key, stored, node).Tell(node, change.Verbs);
    }
}
