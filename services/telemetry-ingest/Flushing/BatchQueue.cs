using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace OpsMesh.TelemetryIngest.Flushing;

/// <summary>Values of one metric type, measured at one time.</summary>
internal sealed record Sample(string Type, long TimeUnixSeconds, IReadOnlyList<KeyValuePair<string, double>> Values);

/// <summary>What one node sent, and the answer it waits for. The node keeps its copy until the answer is a success.</summary>
internal sealed class PendingBatch(string nodeId, long daemonEpoch, long seq, IReadOnlyList<Sample> samples)
{
    // Continuations run elsewhere: an RPC thread resuming inside the flusher would stall every other node's batch.
    private readonly TaskCompletionSource<Failure?> _refusal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string NodeId => nodeId;

    public long DaemonEpoch => daemonEpoch;

    public long Seq => seq;

    public IReadOnlyList<Sample> Samples => samples;

    public int ValueCount { get; } = samples.Sum(s => s.Values.Count);

    /// <summary>Set by the store with the commit: every batch of this daemon epoch up to this one is stored.</summary>
    public long AckedThroughSeq { get; set; }

    /// <summary>Set by the store with the commit: the batch was stored before, so nothing of it is new.</summary>
    public bool AlreadyStored { get; set; }

    /// <summary>Null once the batch is durable; otherwise why it is not.</summary>
    public Task<Failure?> Refusal => _refusal.Task;

    public void Settle(Failure? refusal) => _refusal.TrySetResult(refusal);
}

/// <summary>The bounded hand-over from the RPC threads to the flusher. When full it refuses; it never waits or drops.</summary>
internal sealed class BatchQueue(IOptions<FlushOptions> options)
{
    private readonly Channel<PendingBatch> _batches = Channel.CreateBounded<PendingBatch>(
        new BoundedChannelOptions(options.Value.QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public ChannelReader<PendingBatch> Reader => _batches.Reader;

    public bool TryAdd(PendingBatch batch) => _batches.Writer.TryWrite(batch);

    /// <summary>Waits for another batch. False once the token fires, or once the queue is closed and empty.</summary>
    public async ValueTask<bool> AnyBeforeAsync(CancellationToken due)
    {
        try
        {
            return await _batches.Reader.WaitToReadAsync(due);
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Close() => _batches.Writer.TryComplete();
}
