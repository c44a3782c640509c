namespace OpsMesh.DocumentStore;

/// <summary>An event that leaves with a change: published after the commit, at least once.</summary>
public sealed record DocumentEvent
{
    public required string Topic { get; init; }

    /// <summary>CloudEvents type: <c>opsmesh.thing.verb.v1</c>.</summary>
    public required string Type { get; init; }

    /// <summary>CloudEvents source, as fine as the document whose counter gives <see cref="NodeSeq"/>: <c>/registry</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Agent or command id; null when the event is about the node itself.</summary>
    public string? Subject { get; init; }

    /// <summary>Partition key; null for events without a node.</summary>
    public string? NodeId { get; init; }

    /// <summary>Counter of events per (source, node), kept in the document that the same change writes; null without a node.</summary>
    public long? NodeSeq { get; init; }

    /// <summary>When it happened; null: the time of the commit.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>W3C traceparent of what caused it; null: the current activity.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Serialised with <see cref="DocumentJson"/>; carries an integer <c>schema</c>.</summary>
    public required object Data { get; init; }
}
