namespace OpsMesh.Segments;

/// <summary>What an append does that would exceed the quota.</summary>
public enum WhenFull
{
    /// <summary>It throws <see cref="SegmentLogFullException"/> until something is trimmed.</summary>
    Refuse,

    /// <summary>The oldest segment is deleted, and a gap says so.</summary>
    DropOldest,
}
