namespace OpsMesh.Segments;

/// <summary>Walks over the bytes of one segment, record by record, and steps over damage.</summary>
internal ref struct SegmentScanner(ReadOnlySpan<byte> file, uint salt, int offset)
{
    private readonly ReadOnlySpan<byte> _file = file;
    private int _next = offset;

    /// <summary>Head of the record found last.</summary>
    public SegmentFormat.RecordHead Head { get; private set; }

    public int Offset { get; private set; }

    public readonly ReadOnlySpan<byte> Payload => _file.Slice(Offset + SegmentFormat.RecordHeadBytes, Head.Length);

    /// <summary>Where the last whole record ends; bytes behind it are damage or a torn tail.</summary>
    public int End { get; private set; } = offset;

    /// <summary>Finds the next whole record. Damage is searched byte by byte; heads with a check of their own keep that cheap.</summary>
    public bool MoveNext()
    {
        for (var at = _next; at + SegmentFormat.RecordHeadBytes <= _file.Length; at++)
        {
            if (!SegmentFormat.TryReadHead(_file[at..], salt, out var head))
            {
                continue;
            }

            var payloadAt = at + SegmentFormat.RecordHeadBytes;
            if (head.Length > _file.Length - payloadAt)
            {
                continue;
            }

            if (!head.Fits(_file.Slice(payloadAt, head.Length)))
            {
                // Not stepped over by its length: the head itself may be an accident inside damage.
                continue;
            }

            (Head, Offset) = (head, at);
            _next = End = payloadAt + head.Length;
            return true;
        }

        _next = _file.Length;
        return false;
    }
}
