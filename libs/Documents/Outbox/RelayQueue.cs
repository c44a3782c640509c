using System.Threading.Channels;

namespace OpsMesh.DocumentStore.Outbox;

/// <summary>Hand-over from commits to the relay. It never refuses: each record holds one of the replica's slots.</summary>
internal sealed class RelayQueue
{
    private readonly Channel<PendingRecord> _records = Channel.CreateBounded<PendingRecord>(
        new BoundedChannelOptions(SlotPool.Size) { SingleReader = true });

    public ChannelReader<PendingRecord> Reader => _records.Reader;

    public void Add(PendingRecord record)
    {
        if (!_records.Writer.TryWrite(record))
        {
            // Closed: the process is leaving. Whoever adopts this replica finds the record in its slot.
            record.Committed?.SetFlushed();
        }
    }

    public void Close() => _records.Writer.TryComplete();
}
