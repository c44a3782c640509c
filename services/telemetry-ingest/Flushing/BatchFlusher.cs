using Microsoft.Extensions.Options;
using OpsMesh.Hosting;

namespace OpsMesh.TelemetryIngest.Flushing;

/// <summary>Commits queued batches together, then answers each. A batch is acknowledged after its commit, never before.</summary>
internal sealed partial class BatchFlusher(
    BatchQueue queue,
    ISampleStore store,
    Dependencies dependencies,
    IOptions<FlushOptions> options,
    TimeProvider clock,
    ILogger<BatchFlusher> logger) : BackgroundService
{
    private static readonly Failure NotStored =
        new(FailureKind.Unavailable, Reasons.StoreUnavailable, "The store did not take the samples; send them again.")
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };

    private readonly FlushOptions _options = options.Value;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Close();
        await base.StopAsync(cancellationToken);

        if (ExecuteTask is { IsCanceled: true })
        {
            await ExecuteAsync(cancellationToken); // .NET 10 never enters it when the stop follows the start at once.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Ends when the queue is closed and empty rather than on the token, so that a stop answers everyone.
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var batches = await TakeAsync();
            Failure? refusal = NotStored;
            try
            {
                refusal = await WriteAsync(batches);
            }
            finally
            {
                // Also when an unexpected exception is about to stop the host: no node may wait for ever.
                foreach (var batch in batches)
                {
                    batch.Settle(refusal);
                }
            }
        }
    }

    private async Task<Failure?> WriteAsync(List<PendingBatch> batches)
    {
        using var limit = new CancellationTokenSource(_options.WriteTimeout, clock);
        try
        {
            await store.WriteAsync(batches, limit.Token);
            dependencies.Report("samples", true, "");
            return null;
        }
        catch (Exception ex) when (ex is SampleStoreException or OperationCanceledException)
        {
            dependencies.Report("samples", false, "samples cannot be stored");
            LogNotStored(batches.Count, ex);
            return NotStored;
        }
    }

    private async Task<List<PendingBatch>> TakeAsync()
    {
        var batches = new List<PendingBatch>();
        var samples = 0;
        using var due = new CancellationTokenSource(_options.MaxDelay, clock);
        do
        {
            while (samples < _options.MaxSamples && queue.Reader.TryRead(out var batch))
            {
                batches.Add(batch);
                samples += batch.ValueCount;
            }
        }
        while (samples < _options.MaxSamples && await queue.AnyBeforeAsync(due.Token));

        return batches;
    }

    [LoggerMessage(LogLevel.Warning, "The store did not take {BatchCount} batches; their nodes will send them again")]
    private partial void LogNotStored(int batchCount, Exception exception);
}
