namespace OpsMesh.DocumentStore;

/// <summary>An object as the projection shows it.</summary>
/// <param name="ChangeSeq">Place of its last change among all changes of the service.</param>
/// <param name="Removed">True for a tombstone; it has no value.</param>
public sealed record ProjectedRow(string Kind, string Id, string? NodeId, long Revision, long ChangeSeq, bool Removed, string Json)
{
    /// <exception cref="InvalidOperationException">A tombstone.</exception>
    public T Read<T>() =>
        Removed ? throw new InvalidOperationException($"{Kind} '{Id}' was removed.") : DocumentJson.Parse<T>(Json);
}

/// <summary>Which rows of a kind are wanted, in order of their ids.</summary>
public sealed record ProjectionQuery(string Kind)
{
    /// <summary>Only the rows of this node; null for all.</summary>
    public string? NodeId { get; init; }

    /// <summary>Only rows whose top-level JSON member has this text; null for all.</summary>
    public (string Member, string Text)? Where { get; init; }

    /// <summary>Only ids behind this one; null from the start.</summary>
    public string? AfterId { get; init; }

    /// <summary>Most rows.</summary>
    public int Limit { get; init; } = int.MaxValue;
}

/// <param name="ChangeSeq">Follow from here: every later change is behind it.</param>
public sealed record ProjectionSnapshot(IReadOnlyList<ProjectedRow> Rows, long ChangeSeq);
