using OpsMesh.DocumentStore;

namespace OpsMesh.Registry.Nodes;

/// <summary>Events on topic node-state, and the projection row that goes with each change of a node.</summary>
internal static class NodeEvents
{
    public const string ProjectionKind = "node";

    private const string Topic = "node-state";

    private const string Source = "/registry";

    /// <summary>Adds the node's new row and its events to the change that writes <paramref name="node"/>.</summary>
    /// <param name="verbs">In order; the last one has the node's NodeSeq.</param>
    public static Change Tell(this Change change, NodeDocument node, params IReadOnlyList<string> verbs)
    {
        for (var i = 0; i < verbs.Count; i++)
        {
            change.Emit(new DocumentEvent
            {
                Topic = Topic,
                Type = $"opsmesh.node.{verbs[i]}.v1",
                Source = Source,
                NodeId = node.NodeId,
                NodeSeq = node.NodeSeq - (verbs.Count - 1 - i),
                Data = NodeEventData.Of(node),
            });
        }

        return change.Project(new ProjectedChange
        {
            Kind = ProjectionKind,
            Id = node.NodeId,
            NodeId = node.NodeId,
            Revision = node.Revision,
            Value = node,
        });
    }

    public static string VerbOf(Verdict verdict) => verdict switch
    {
        Verdict.Online => "online",
        Verdict.Suspect => "suspect",
        _ => "offline",
    };
}

internal sealed record NodeEventData(
    int Schema, string NodeId, string Hostname, Verdict State, string Evidence, ulong SessionEpoch, string BootId)
{
    public static NodeEventData Of(NodeDocument node) =>
        new(1, node.NodeId, node.Hostname, node.State, node.Evidence, node.SessionEpoch, node.BootId);
}
