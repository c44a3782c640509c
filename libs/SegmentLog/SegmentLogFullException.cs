namespace OpsMesh.Segments;

/// <summary>The quota of a log is used up and nothing may be dropped.</summary>
public sealed class SegmentLogFullException(long bytes, long maxBytes) : IOException($"The log holds {bytes} bytes and may hold {maxBytes}.");
