using System.Threading.Channels;

namespace OpsMesh.Segments;

/// <summary>An append-only log in a folder of its own. Any number of callers append and read; one process owns the folder.</summary>
public sealed class SegmentLog : IAsyncDisposable
{
    private const int MostQueued = 4096;
    private const int LargestBatch = 1024;

    private readonly Channel<PendingAppend> _queue = Channel.CreateBounded<PendingAppend>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private readonly SegmentList _segments = new();
    private readonly SegmentGaps _gaps = new();
    private readonly SegmentWriter _writer;
    private readonly FileStream _lock;
    private readonly Task _loop;

    private SegmentLog(string folder, SegmentLogOptions options, FileStream folderLock)
    {
        _lock = folderLock;
        _writer = new SegmentWriter(folder, options, _segments, _gaps);
        var found = new SegmentRecovery(folder, _gaps);
        found.Run();
        _writer.Start(found);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>What is lost between <see cref="FirstSeq"/> and the end. A hole stays until it is trimmed.</summary>
    public IReadOnlyList<SegmentGap> Gaps => _gaps.Snapshot();

    /// <summary>What was trimmed lies before it.</summary>
    public long FirstSeq => _segments.TrimmedBefore;

    /// <summary>The number that the next record gets, unless others are on their way.</summary>
    public long NextSeq => _writer.NextSeq;

    /// <summary>Bytes of all segments.</summary>
    public long Bytes => _segments.Bytes;

    /// <summary>Opens a folder, made if absent, and repairs what a crash left. Fails with an <see cref="IOException"/> while another process has it open.</summary>
    public static Task<SegmentLog> OpenAsync(string folder, SegmentLogOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        return Task.Run(
            () =>
            {
                Directory.CreateDirectory(folder);
                var folderLock = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                try
                {
                    return new SegmentLog(folder, options, folderLock);
                }
                catch
                {
                    folderLock.Dispose();
                    throw;
                }
            },
            cancellationToken);
    }

    /// <summary>Appends one record. The payload must not change until this answers.</summary>
    /// <param name="recordClass">The owner's kind, at most 254.</param>
    /// <param name="payload">At most <see cref="SegmentLogOptions.MaxPayloadBytes"/>.</param>
    /// <param name="sync">True: answers once it is on disk. False: once the kernel has it.</param>
    /// <param name="cancellationToken">Only gives up waiting for a place in the queue; a record that has one is written.</param>
    /// <returns>Its sequence number.</returns>
    public async ValueTask<long> AppendAsync(byte recordClass, ReadOnlyMemory<byte> payload, bool sync, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(recordClass, SegmentFormat.TrimClass);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, SegmentLogOptions.MaxPayloadBytes, nameof(payload));
        var item = new PendingAppend(recordClass, payload, sync);
        await _queue.Writer.WriteAsync(item, cancellationToken);
        return await item.Done;
    }

    /// <summary>Forgets every record before <paramref name="beforeSeq"/>. After a power cut some may be back.</summary>
    public async ValueTask TrimAsync(long beforeSeq, CancellationToken cancellationToken = default)
    {
        var item = new PendingAppend(SegmentFormat.TrimClass, default, sync: false, beforeSeq);
        await _queue.Writer.WriteAsync(item, cancellationToken);
        await item.Done;
    }

    /// <summary>The records from <paramref name="fromSeq"/> on that are written now, in order. Call again for newer ones.</summary>
    public IEnumerable<SegmentRecord> Read(long fromSeq = 0) => SegmentReader.Read(_segments, fromSeq);

    /// <summary>Writes and syncs what is queued, then lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        _writer.Dispose();
        await _lock.DisposeAsync();
    }

    private async Task RunAsync()
    {
        var batch = new List<PendingAppend>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync())
            {
                // Whatever queued while the last batch was being synced shares one fsync now.
                while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var item))
                {
                    batch.Add(item);
                }

                _writer.Write(batch);
                batch.Clear();
            }
        }
#pragma warning disable CA1031 // Callers wait for answers: whatever ends the loop must reach them.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            _queue.Writer.TryComplete(broken);
            batch.ForEach(item => item.Fail(broken));
            while (_queue.Reader.TryRead(out var item))
            {
                item.Fail(broken);
            }
        }
    }
}
