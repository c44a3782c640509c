using System.Threading.Channels;
using Google.Protobuf;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.Segments;

namespace OpsMesh.Daemon.Measuring;

/// <summary>
/// Batches that telemetry-ingest has not yet made durable, on disk and in order. When the quota is reached the oldest are dropped,
/// and counted.
/// </summary>
internal sealed class MetricSpool : IAsyncDisposable
{
    private const byte BatchClass = 1;
    private const long MostBytes = 128L * 1024 * 1024;
    private const int MostValues = 5000;

    private readonly SegmentLog _log;
    private readonly ulong _daemonEpoch;
    private readonly Channel<bool> _added = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ulong _batchSeq;
    private long _next;

    private MetricSpool(SegmentLog log, ulong daemonEpoch) => (_log, _daemonEpoch, _next) = (log, daemonEpoch, log.FirstSeq);

    /// <summary>Bytes on disk, also of what is sent and not yet trimmed.</summary>
    public long Bytes => _log.Bytes;

    /// <summary>Batches that were dropped since the daemon started.</summary>
    public long Dropped { get; private set; }

    public static async Task<MetricSpool> OpenAsync(string folder, ulong daemonEpoch, CancellationToken cancellationToken)
    {
        var options = new SegmentLogOptions { Epoch = (long)daemonEpoch, MaxBytes = MostBytes, WhenFull = WhenFull.DropOldest };
        return new MetricSpool(await SegmentLog.OpenAsync(folder, options, cancellationToken), daemonEpoch);
    }

    /// <summary>Adds one measurement as a batch of this daemon epoch.</summary>
    public async Task AddAsync(string nodeId, IReadOnlyCollection<Metric> metrics, CancellationToken cancellationToken)
    {
        var batch = new ReportMetricsRequest { NodeId = nodeId, DaemonEpoch = _daemonEpoch, BatchSeq = _batchSeq + 1 };
        var values = 0;
        batch.Metrics.AddRange(metrics.TakeWhile(metric => (values += metric.Values.Count) <= MostValues));
        if (batch.Metrics.Count == 0)
        {
            return;
        }

        await _log.AppendAsync(BatchClass, batch.ToByteArray(), sync: false, cancellationToken);
        _batchSeq++;
        _added.Writer.TryWrite(true);
    }

    /// <summary>The oldest batch that is not yet durable elsewhere; waits for one.</summary>
    public async Task<(long Place, ReportMetricsRequest Batch)> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var record in _log.Read(_next))
            {
                if (record.Missing > 0)
                {
                    Dropped += record.Missing;
                }

                if (record.Class == BatchClass)
                {
                    return (record.Seq, ReportMetricsRequest.Parser.ParseFrom(record.Payload.Span));
                }
            }

            await _added.Reader.ReadAsync(cancellationToken);
        }
    }

    /// <summary>The batch at this place is durable, or was refused for good.</summary>
    public async Task DoneAsync(long place, CancellationToken cancellationToken)
    {
        _next = place + 1;
        await _log.TrimAsync(_next, cancellationToken);
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();
}
