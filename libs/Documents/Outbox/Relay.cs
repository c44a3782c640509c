using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Local;
using OpsMesh.DocumentStore.Replicas;
using OpsMesh.DocumentStore.Store;
using OpsMesh.Hosting;

namespace OpsMesh.DocumentStore.Outbox;

/// <summary>Moves committed records from their slots to the service's own store, in batches, then empties the slots.</summary>
internal sealed partial class Relay(
    DocumentsRuntime runtime,
    RelayWriter writer,
    IStateStore store,
    ReplicaIdentity replica,
    Wakes wakes,
    Dependencies dependencies,
    IOptions<DocumentsOptions> options,
    TimeProvider clock,
    ILogger<Relay> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        runtime.Queue.Close();
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { IsCanceled: true })
        {
            await ExecuteAsync(cancellationToken); // .NET 10 never enters it when the stop follows the start at once.
        }
    }

    /// <summary>Writes until it works or the token fires; afterwards readers and the publisher are awake.</summary>
    /// <returns>False when the token fired first.</returns>
    public async Task<bool> MoveAsync(IReadOnlyList<OutboxRecord> records, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // The write is short; a stop must not tear it.
                var events = await writer.WriteAsync(records, CancellationToken.None);
                dependencies.Report("relay", true, "");
                wakes.Rows.Wake();
                if (events > 0)
                {
                    wakes.Events.Wake();
                }

                return true;
            }
            catch (SqliteException ex)
            {
                if (dependencies.Report("relay", false, "the service's own store cannot be written"))
                {
                    LogNotMoved(records.Count, ex);
                }

                if (!await clock.PauseAsync(RetryDelay, cancellationToken))
                {
                    return false;
                }
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Ends when the queue is closed and empty rather than on the token: what was committed is shown before the process leaves.
        while (await runtime.Queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var batch = Take();
            if (!await MoveAsync([.. batch.Select(p => p.Record)], stoppingToken))
            {
                return;
            }

            foreach (var pending in batch)
            {
                pending.Committed?.SetFlushed();
            }

            await EmptySlotsAsync(batch);
        }
    }

    private List<PendingRecord> Take()
    {
        var batch = new List<PendingRecord>();
        while (batch.Count < options.Value.RelayBatch && runtime.Queue.Reader.TryRead(out var pending))
        {
            batch.Add(pending);
        }

        batch.Sort((a, b) => a.Record.CommitSeq.CompareTo(b.Record.CommitSeq));
        return batch;
    }

    private async Task EmptySlotsAsync(List<PendingRecord> batch)
    {
        var slots = batch.ToDictionary(p => p.SlotIndex, p => p.Record.CommitSeq);
        var deletes = slots.Keys
            .Select(i => new StateWrite(SlotPool.Key(replica.Service, replica.Id, i), null, WriteGuard.None))
            .OrderBy(w => w.Key, StringComparer.Ordinal);
        try
        {
            await store.TransactAsync([.. deletes], CancellationToken.None);
            foreach (var index in slots.Keys)
            {
                runtime.Slots.Release(index);
            }
        }
        catch (StoreUnavailableException ex)
        {
            // Unknown: a delete that comes late would empty a slot that is in use again. The sweeper reads them later.
            LogNotEmptied(slots.Count, ex);
            foreach (var (index, commitSeq) in slots)
            {
                runtime.Slots.Quarantine(index, commitSeq);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "{RecordCount} committed changes cannot be moved to the service's own store; trying on")]
    private partial void LogNotMoved(int recordCount, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{SlotCount} outbox slots were moved and not emptied; they are read again later")]
    private partial void LogNotEmptied(int slotCount, Exception exception);
}
