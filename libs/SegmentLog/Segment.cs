namespace OpsMesh.Segments;

/// <summary>What is known of one file: its records and some of their places.</summary>
internal sealed class Segment(string path, uint salt, long firstSeq)
{
    private const int IndexEveryBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly List<(long Seq, int Offset)> _index = [];
    private int _bytes = SegmentFormat.FileHeadBytes;
    private long _lastSeq = firstSeq - 1;

    public string Path => path;

    public uint Salt => salt;

    public long FirstSeq => firstSeq;

    /// <summary>Bytes that are written; a reader never looks behind them.</summary>
    public int Bytes => Volatile.Read(ref _bytes);

    /// <summary>One less than <see cref="FirstSeq"/> while it holds no record.</summary>
    public long LastSeq => Volatile.Read(ref _lastSeq);

    /// <summary>Tells of a record that is in the file, before <see cref="Grow"/> makes it visible.</summary>
    public void Note(long seq, int offset)
    {
        lock (_gate)
        {
            if (_index.Count == 0 || offset - _index[^1].Offset >= IndexEveryBytes)
            {
                _index.Add((seq, offset));
            }
        }

        Volatile.Write(ref _lastSeq, seq);
    }

    public void Grow(int bytes) => Volatile.Write(ref _bytes, bytes);

    /// <summary>A place at or before the record.</summary>
    public int OffsetNear(long seq)
    {
        lock (_gate)
        {
            var near = _index.FindLastIndex(e => e.Seq <= seq);
            return near < 0 ? SegmentFormat.FileHeadBytes : _index[near].Offset;
        }
    }
}
