namespace OpsMesh.Segments;

/// <summary>Reads segments beside the writer: only bytes that were written before the segment was looked at.</summary>
internal static class SegmentReader
{
    public static IEnumerable<SegmentRecord> Read(SegmentList segments, long fromSeq)
    {
        var next = Math.Max(fromSeq, segments.TrimmedBefore);
        foreach (var segment in segments.All)
        {
            if (segment.LastSeq < next)
            {
                continue;
            }

            foreach (var record in ReadOne(segment, next))
            {
                yield return record with { Missing = record.Seq - next };
                next = record.Seq + 1;
            }
        }
    }

    private static List<SegmentRecord> ReadOne(Segment segment, long fromSeq)
    {
        var records = new List<SegmentRecord>();
        var start = segment.OffsetNear(fromSeq);
        var bytes = ReadBytes(segment.Path, start, segment.Bytes - start);
        var scanner = new SegmentScanner(bytes, segment.Salt, 0);
        var next = fromSeq;
        while (scanner.MoveNext())
        {
            var head = scanner.Head;
            if (head.Class == SegmentFormat.TrimClass || head.Seq < next)
            {
                continue;
            }

            var payload = bytes.AsMemory(scanner.Offset + SegmentFormat.RecordHeadBytes, head.Length);
            records.Add(new SegmentRecord(head.Seq, head.Epoch, head.Class, payload, 0));
            next = head.Seq + 1;
        }

        return records;
    }

    /// <summary>A segment that was dropped or trimmed meanwhile reads as empty; the next record then tells what is missing.</summary>
    private static byte[] ReadBytes(string path, int start, int count)
    {
        var bytes = new byte[count];
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var got = 0;
            while (got < count && RandomAccess.Read(handle, bytes.AsSpan(got), start + got) is > 0 and var read)
            {
                got += read;
            }

            return got == count ? bytes : bytes[..got];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }
}
