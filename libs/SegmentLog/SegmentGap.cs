namespace OpsMesh.Segments;

/// <summary>Records that are lost.</summary>
/// <param name="FromSeq">First lost.</param>
/// <param name="ToSeq">Last lost; one less than <paramref name="FromSeq"/> for a cut tail, whose records nobody can count.</param>
/// <param name="Bytes">Bytes on disk; 0 when unknown.</param>
/// <param name="Reason">Why.</param>
public readonly record struct SegmentGap(long FromSeq, long ToSeq, long Bytes, SegmentGapReason Reason)
{
    public long Count => ToSeq - FromSeq + 1;
}
