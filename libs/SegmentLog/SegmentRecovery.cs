namespace OpsMesh.Segments;

/// <summary>Reads what a folder holds after whatever happened to it, once, when the log is opened.</summary>
internal sealed class SegmentRecovery(string folder, SegmentGaps gaps)
{
    private const int LargestFile = 80 * 1024 * 1024;

    private long _trailingDamage;
    private bool _begun;
    private bool _lostFirst;

    /// <summary>Readable segments in order.</summary>
    public List<Segment> Segments { get; } = [];

    public long NextSeq { get; private set; } = 1;

    public long TrimmedBefore { get; private set; } = 1;

    /// <summary>False when the last segment cannot be continued.</summary>
    public bool CanContinue { get; private set; }

    public void Run()
    {
        var files = SegmentFolder.List(folder);
        for (var i = 0; i < files.Count; i++)
        {
            var isLast = i == files.Count - 1;
            CanContinue = Scan(files[i].Path, files[i].FirstSeq, isLast ? long.MaxValue : files[i + 1].FirstSeq, isLast);
        }

        var first = Segments.Count > 0 ? Segments[0].FirstSeq : NextSeq;
        if (first > TrimmedBefore && !_lostFirst)
        {
            gaps.Add(new SegmentGap(TrimmedBefore, first - 1, 0, SegmentGapReason.SegmentMissing));
        }

        gaps.Trim(TrimmedBefore);
    }

    private bool Scan(string path, long firstSeq, long seqLimit, bool isLast)
    {
        byte[] file;
        try
        {
            var length = new FileInfo(path).Length;
            file = length <= LargestFile ? File.ReadAllBytes(path) : [];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            file = [];
        }

        if (!SegmentFormat.TryReadFileHead(file, out var salt, out var namedSeq, out var trimmedBefore) || namedSeq != firstSeq)
        {
            Lose(path, firstSeq, seqLimit, isLast);
            return false;
        }

        NoteHoleBefore(firstSeq, _trailingDamage > 0 ? SegmentGapReason.Damaged : SegmentGapReason.SegmentMissing, _trailingDamage);
        _begun = true;
        var segment = new Segment(path, salt, firstSeq);
        TrimmedBefore = Math.Max(TrimmedBefore, trimmedBefore);
        var end = ScanRecords(file, segment, seqLimit);
        _trailingDamage = file.Length - end;
        if (isLast && _trailingDamage > 0)
        {
            CutTail(path, end);
        }

        segment.Grow(end);
        Segments.Add(segment);
        return true;
    }

    private int ScanRecords(byte[] file, Segment segment, long seqLimit)
    {
        var scanner = new SegmentScanner(file, segment.Salt, SegmentFormat.FileHeadBytes);
        var end = SegmentFormat.FileHeadBytes;
        while (scanner.MoveNext())
        {
            var seq = scanner.Head.Seq;
            if (scanner.Head.Class == SegmentFormat.TrimClass)
            {
                TrimmedBefore = Math.Max(TrimmedBefore, seq);
            }
            else if (seq >= NextSeq && seq < seqLimit)
            {
                NoteHoleBefore(seq, SegmentGapReason.Damaged, scanner.Offset - end);
                segment.Note(seq, scanner.Offset);
                NextSeq = seq + 1;
            }

            end = scanner.End;
        }

        return end;
    }

    /// <summary>Nobody can say how many records an unreadable last segment held, so numbers are left free for as many as fit.</summary>
    private void Lose(string path, long firstSeq, long seqLimit, bool isLast)
    {
        var bytes = File.Exists(path) ? new FileInfo(path).Length : 0;
        NoteHoleBefore(firstSeq, SegmentGapReason.Damaged, _trailingDamage);
        _trailingDamage = 0;
        SegmentFolder.SetAside(path);
        var next = isLast ? firstSeq + (bytes / SegmentFormat.RecordHeadBytes) + 1 : seqLimit;
        gaps.Add(new SegmentGap(firstSeq, next - 1, bytes, SegmentGapReason.SegmentMissing));
        _lostFirst |= !_begun;
        _begun = true;
        NextSeq = next;
    }

    private void NoteHoleBefore(long seq, SegmentGapReason reason, long bytes)
    {
        if (seq > NextSeq && _begun)
        {
            gaps.Add(new SegmentGap(NextSeq, seq - 1, bytes, reason));
        }

        NextSeq = Math.Max(NextSeq, seq);
    }

    private void CutTail(string path, int end)
    {
        using (var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            RandomAccess.SetLength(handle, end);
            RandomAccess.FlushToDisk(handle);
        }

        gaps.Add(new SegmentGap(NextSeq, NextSeq - 1, _trailingDamage, SegmentGapReason.TornTail));
        _trailingDamage = 0;
    }
}
