namespace OpsMesh.DocumentStore;

/// <summary>A row of the projection table that a change replaces or removes.</summary>
public sealed record ProjectedChange
{
    public required string Kind { get; init; }

    public required string Id { get; init; }

    /// <summary>Node that the object belongs to; null for objects without one.</summary>
    public string? NodeId { get; init; }

    /// <summary>+1 per change of the object: an older one never replaces a newer one.</summary>
    public required long Revision { get; init; }

    /// <summary>What readers get, serialised with <see cref="DocumentJson"/>; null removes the row and leaves a tombstone.</summary>
    public object? Value { get; init; }
}
