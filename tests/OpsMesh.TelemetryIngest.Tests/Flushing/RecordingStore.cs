using System.Collections.Concurrent;

namespace OpsMesh.TelemetryIngest.Flushing;

/// <summary>Keeps the sequence numbers of each write it is given, in order; refuses while <see cref="Broken"/>.</summary>
internal sealed class RecordingStore : ISampleStore
{
    private readonly ConcurrentQueue<long[]> _written = new();

    public bool Broken { get; set; }

    public IReadOnlyCollection<long[]> Written => _written;

    public Task WriteAsync(IReadOnlyList<PendingBatch> batches, CancellationToken cancellationToken)
    {
        if (Broken)
        {
            throw new SampleStoreException("Broken by the test.", new IOException());
        }

        _written.Enqueue([.. batches.Select(b => b.Seq)]);
        return Task.CompletedTask;
    }
}
