using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpsMesh.DocumentStore.Local;
using OpsMesh.DocumentStore.Replicas;
using OpsMesh.DocumentStore.Store;

namespace OpsMesh.DocumentStore.Outbox;

/// <summary>Reads slots whose outcome was unknown, once they have rested, and frees them or relays what turned out to be in them.</summary>
internal sealed partial class SlotSweeper(
    DocumentsRuntime runtime, IStateStore store, ReplicaIdentity replica, TimeProvider clock, ILogger<SlotSweeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await clock.PauseAsync(Period, stoppingToken))
        {
            try
            {
                foreach (var (index, movedSeq) in runtime.Slots.Due())
                {
                    await SweepAsync(index, movedSeq, stoppingToken);
                }
            }
            catch (StoreUnavailableException ex)
            {
                LogLater(ex);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    internal async Task SweepAsync(int index, long? movedSeq, CancellationToken cancellationToken)
    {
        var key = SlotPool.Key(replica.Service, replica.Id, index);
        if (await store.GetAsync(key, cancellationToken) is not { } state)
        {
            runtime.Slots.Release(index);
            return;
        }

        var record = DocumentJson.Parse<OutboxRecord>(state.Json.Span);
        if (record.CommitSeq != movedSeq)
        {
            LogFound(key);
            runtime.Slots.Hold(index);
            runtime.Queue.Add(new PendingRecord(record, index, Committed: null));
            return;
        }

        // With the ETag that was read: this delete cannot hit a later record. The next sweep sees whether it worked.
        runtime.Slots.Quarantine(index, movedSeq);
        await store.TransactAsync([new StateWrite(key, null, WriteGuard.Unchanged, state.ETag)], cancellationToken);
        runtime.Slots.Release(index);
    }

    [LoggerMessage(LogLevel.Information, "Slot {SlotKey} was filled after all; relaying it")]
    private partial void LogFound(string slotKey);

    [LoggerMessage(LogLevel.Debug, "Slots are swept later")]
    private partial void LogLater(Exception exception);
}
