namespace OpsMesh.Segments;

/// <summary>What is lost and not yet trimmed, in order. Neighbours of one reason become one.</summary>
internal sealed class SegmentGaps
{
    private readonly Lock _gate = new();
    private readonly List<SegmentGap> _gaps = [];

    public IReadOnlyList<SegmentGap> Snapshot()
    {
        lock (_gate)
        {
            return [.. _gaps];
        }
    }

    public void Add(SegmentGap gap)
    {
        lock (_gate)
        {
            var before = _gaps.FindLastIndex(g => g.FromSeq <= gap.FromSeq);
            if (before >= 0 && _gaps[before].Reason == gap.Reason && _gaps[before].ToSeq + 1 == gap.FromSeq)
            {
                _gaps[before] = gap with { FromSeq = _gaps[before].FromSeq, Bytes = gap.Bytes + _gaps[before].Bytes };
            }
            else
            {
                _gaps.Insert(before + 1, gap);
            }
        }
    }

    /// <summary>Forgets what lies wholly before the mark and cuts what lies across it.</summary>
    public void Trim(long beforeSeq)
    {
        lock (_gate)
        {
            _gaps.RemoveAll(g => g.FromSeq < beforeSeq && g.ToSeq < beforeSeq);
            for (var i = 0; i < _gaps.Count && _gaps[i].FromSeq < beforeSeq; i++)
            {
                _gaps[i] = _gaps[i] with { FromSeq = beforeSeq };
            }
        }
    }
}
