namespace OpsMesh.Segments;

/// <summary>Why records are lost.</summary>
public enum SegmentGapReason
{
    /// <summary>Bytes that fail their check.</summary>
    Damaged,

    /// <summary>An unreadable segment was set aside, or its file is gone.</summary>
    SegmentMissing,

    /// <summary>The end of the last segment was not a whole record and was cut.</summary>
    TornTail,

    /// <summary>The quota made room for newer records.</summary>
    Quota,

    /// <summary>A write or sync failed; the owner of these records was told so.</summary>
    WriteFailed,
}
