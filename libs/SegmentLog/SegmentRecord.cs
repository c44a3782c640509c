namespace OpsMesh.Segments;

/// <summary>One record as it was read.</summary>
/// <param name="Seq">1-based, one more than the record before it.</param>
/// <param name="Epoch">The owner's epoch when it was appended; (epoch, seq) is unique for ever.</param>
/// <param name="Class">The owner's kind of record.</param>
/// <param name="Payload">A copy that the caller may keep.</param>
/// <param name="Missing">Records that are lost directly before this one; 0 in a healthy log.</param>
public readonly record struct SegmentRecord(long Seq, long Epoch, byte Class, ReadOnlyMemory<byte> Payload, long Missing);
