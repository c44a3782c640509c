using Microsoft.Win32.SafeHandles;

namespace OpsMesh.Segments;

/// <summary>Writes batches of records. Only the log's one loop calls it.</summary>
internal sealed class SegmentWriter(string folder, SegmentLogOptions options, SegmentList segments, SegmentGaps gaps) : IDisposable
{
    private const int FlushBytes = 1024 * 1024;

    private readonly List<PendingAppend> _staged = [];
    private readonly List<PendingAppend> _written = [];
    private byte[] _buffer = new byte[64 * 1024];
    private int _buffered;
    private Segment? _active;
    private SafeFileHandle? _handle;
    private bool _unsynced;
    private long _nextSeq;

    /// <summary>Read by any thread; moves before the owner of a record hears of it.</summary>
    public long NextSeq
    {
        get => Volatile.Read(ref _nextSeq);
        private set => Volatile.Write(ref _nextSeq, value);
    }

    public void Start(SegmentRecovery found)
    {
        NextSeq = found.NextSeq;
        segments.TrimmedBefore = found.TrimmedBefore;
        foreach (var segment in found.Segments)
        {
            segments.Add(segment);
        }

        if (found.CanContinue && found.Segments.Count > 0)
        {
            _active = found.Segments[^1];
            _handle = File.OpenHandle(_active.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        else
        {
            Roll();
        }
    }

    /// <summary>Writes all and syncs once when anyone asked for it. Each item is answered, one way or the other.</summary>
    public void Write(List<PendingAppend> batch)
    {
        foreach (var item in batch)
        {
            try
            {
                Stage(item);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                item.Fail(refused);
            }
        }

        TryFlush();
        Finish();
    }

    public void Dispose()
    {
        if (_unsynced)
        {
            TrySync();
        }

        _handle?.Dispose();
    }

    private void Stage(PendingAppend item)
    {
        if (item.IsTrim)
        {
            Trim(item);
            return;
        }

        if (_active is null || (_active.Bytes + _buffered + item.Bytes > options.SegmentBytes && NextSeq > _active.FirstSeq))
        {
            Roll();
        }

        MakeRoom(item.Bytes);
        item.Seq = NextSeq++;
        Buffer(item, item.Seq);
    }

    private void Buffer(PendingAppend item, long seq)
    {
        if (_buffered + item.Bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _buffered + item.Bytes));
        }

        SegmentFormat.WriteRecord(_buffer.AsSpan(_buffered), _active!.Salt, item.Class, options.Epoch, seq, item.Payload.Span);
        _buffered += item.Bytes;
        _staged.Add(item);
        if (_buffered >= FlushBytes)
        {
            TryFlush();
        }
    }

    /// <summary>Hands the buffer to the kernel. On failure the file is as before and every record of the buffer is refused.</summary>
    private bool TryFlush()
    {
        if (_buffered == 0)
        {
            return true;
        }

        var active = _active!;
        var start = active.Bytes;
        try
        {
            options.Step?.Invoke("write");
            RandomAccess.Write(_handle!, _buffer.AsSpan(0, _buffered), start);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            TakeBack(start, failed);
            return false;
        }

        var offset = start;
        foreach (var item in _staged)
        {
            if (!item.IsTrim)
            {
                active.Note(item.Seq, offset);
            }

            offset += item.Bytes;
        }

        active.Grow(offset);
        _written.AddRange(_staged);
        _staged.Clear();
        _buffered = 0;
        _unsynced = true;
        return true;
    }

    private void TakeBack(int length, Exception failed)
    {
        var first = _staged.Find(static s => !s.IsTrim)?.Seq;
        try
        {
            RandomAccess.SetLength(_handle!, length);
            NextSeq = first ?? NextSeq;
        }
        catch (Exception worse) when (worse is IOException or UnauthorizedAccessException)
        {
            // Whatever half of it is there, a new segment begins behind it.
            if (first is { } from)
            {
                gaps.Add(new SegmentGap(from, NextSeq - 1, _buffered, SegmentGapReason.WriteFailed));
            }

            Close();
        }

        foreach (var item in _staged)
        {
            item.Fail(new IOException("The record could not be written.", failed));
        }

        _staged.Clear();
        _buffered = 0;
    }

    private void Finish()
    {
        var failed = _written.Exists(static w => w.Sync) ? TrySync() : null;
        foreach (var item in _written)
        {
            if (item.Sync && failed is not null)
            {
                item.Fail(new IOException("The record could not be synced.", failed));
            }
            else
            {
                item.Succeed();
            }
        }

        _written.Clear();
    }

    /// <summary>After a failed fsync nobody knows what the disk holds, and a second one would say yes: the segment is closed and never written again.</summary>
    private Exception? TrySync()
    {
        try
        {
            options.Step?.Invoke("sync");
            if (_handle is not null)
            {
                RandomAccess.FlushToDisk(_handle);
            }

            _unsynced = false;
            return null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Close();
            return failed;
        }
    }

    private void Close()
    {
        _handle?.Dispose();
        (_handle, _active, _unsynced) = (null, null, false);
    }

    private void Roll()
    {
        if (!TryFlush())
        {
            throw new IOException("The records before this one could not be written.");
        }

        if (_unsynced)
        {
            // Before the next segment exists, or a crash could keep the newer and lose the older.
            Finish();
            if (_unsynced && TrySync() is { } failed)
            {
                throw new IOException("The segment could not be synced.", failed);
            }
        }

        options.Step?.Invoke("create");
        var (segment, handle) = SegmentFolder.Create(folder, NextSeq, segments.TrimmedBefore);
        _handle?.Dispose();
        (_active, _handle) = (segment, handle);
        segments.Add(segment);
    }

    private void MakeRoom(int bytes)
    {
        if (options.MaxBytes is not { } most)
        {
            return;
        }

        while (segments.Bytes + _buffered + bytes > most)
        {
            if (options.WhenFull == WhenFull.Refuse || bytes + SegmentFormat.FileHeadBytes > most)
            {
                throw new SegmentLogFullException(segments.Bytes + _buffered, most);
            }

            if (segments.All.Length == 1)
            {
                Roll();
            }

            var oldest = segments.All[0];
            DropOldest();
            var from = Math.Max(oldest.FirstSeq, segments.TrimmedBefore);
            if (oldest.LastSeq >= from)
            {
                gaps.Add(new SegmentGap(from, oldest.LastSeq, oldest.Bytes, SegmentGapReason.Quota));
            }
        }
    }

    private void Trim(PendingAppend item)
    {
        var before = Math.Min(item.TrimBefore, NextSeq);
        item.Seq = before;
        if (before <= segments.TrimmedBefore || _active is null)
        {
            item.Succeed();
            return;
        }

        Buffer(item, before);
        segments.TrimmedBefore = before;
        gaps.Trim(before);
        if (!TryFlush() || !HasTrimmedSegment())
        {
            return;
        }

        // The mark first: without it the missing segments would be reported as lost after a power cut.
        if (TrySync() is null)
        {
            while (HasTrimmedSegment())
            {
                DropOldest();
            }
        }
    }

    private bool HasTrimmedSegment() => segments.All.Length > 1 && segments.All[0].LastSeq < segments.TrimmedBefore && segments.All[0] != _active;

    private void DropOldest()
    {
        options.Step?.Invoke("delete");
        File.Delete(segments.All[0].Path);
        segments.RemoveOldest();
    }
}
