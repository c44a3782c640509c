using System.Collections.Immutable;

namespace OpsMesh.Segments;

/// <summary>The segments from oldest to active. The writer replaces the list; a reader keeps the one it took.</summary>
internal sealed class SegmentList
{
    private ImmutableArray<Segment> _all = [];
    private long _trimmedBefore = 1;

    public ImmutableArray<Segment> All => _all;

    /// <summary>Where reading begins.</summary>
    public long TrimmedBefore
    {
        get => Volatile.Read(ref _trimmedBefore);
        set => Volatile.Write(ref _trimmedBefore, value);
    }

    public long Bytes => _all.Sum(static s => (long)s.Bytes);

    public void Add(Segment segment) => Replace(_all.Add(segment));

    public void RemoveOldest() => Replace(_all.RemoveAt(0));

    private void Replace(ImmutableArray<Segment> all) => ImmutableInterlocked.InterlockedExchange(ref _all, all);
}
