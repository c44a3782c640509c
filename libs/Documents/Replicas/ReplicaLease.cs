using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Local;
using OpsMesh.DocumentStore.Store;
using OpsMesh.Hosting;

namespace OpsMesh.DocumentStore.Replicas;

/// <summary>Joins the members, then keeps the lease. Nothing is committed before, or successors could not find our slots.</summary>
public sealed partial class ReplicaLease(
    IStateStore store,
    ReplicaIdentity replica,
    Dependencies dependencies,
    IOptions<DocumentsOptions> options,
    TimeProvider clock,
    ILogger<ReplicaLease> logger) : BackgroundService
{
    private const int JoinTries = 20;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly DocumentsOptions _options = options.Value;
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _renewedAt;

    /// <summary>Returns once this replica is a member whose lease holds.</summary>
    /// <exception cref="StoreUnavailableException">It could not join in time, or lost its lease: another may hold its slots by now.</exception>
    internal async Task HeldAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _joined.Task.WaitAsync(_options.CallTimeout, clock, cancellationToken);
        }
        catch (TimeoutException ex)
        {
            throw new StoreUnavailableException("This replica has not joined its service yet.", ex);
        }

        if (clock.GetElapsedTime(Volatile.Read(ref _renewedAt)) >= _options.LeaseTimeToLive)
        {
            throw new StoreUnavailableException("This replica's lease has run out.");
        }
    }

    /// <summary>Completes once this replica has joined.</summary>
    internal Task JoinedAsync(CancellationToken cancellationToken) => _joined.Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var held = await TryAsync(stoppingToken);
            if (dependencies.Report("store", held, "the state store does not answer"))
            {
                LogHeld(replica.Id, held);
            }

            var pause = held ? _options.LeaseRenewal : RetryDelay;
            await clock.PauseAsync(pause, stoppingToken);
        }
    }

    private async Task<bool> TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The moment before the write: the store counts the time to live from a later one.
            var sentAt = clock.GetTimestamp();
            var lease = new StateWrite(
                replica.LeaseKey,
                DocumentJson.ToBytes(new LeaseDocument { StartedAt = clock.GetUtcNow() }),
                WriteGuard.None,
                TimeToLive: _options.LeaseTimeToLive);
            await store.TransactAsync([lease], stoppingToken);
            Volatile.Write(ref _renewedAt, sentAt);
            if (!_joined.Task.IsCompleted)
            {
                await JoinAsync(stoppingToken);
                _joined.TrySetResult();
            }

            return true;
        }
        catch (StoreUnavailableException ex)
        {
            LogNotHeld(ex);
            return false;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return true;
        }
    }

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        var self = new Member { Id = replica.Id, JoinedAt = clock.GetUtcNow(), Place = ProcessPlace.Current };
        if (!await Members.UpdateAsync(store, replica, m => m.Any(x => x.Id == self.Id) ? m : [.. m, self], JoinTries, cancellationToken))
        {
            throw new StoreUnavailableException("Others changed the members at each try.");
        }
    }

    [LoggerMessage(LogLevel.Information, "Replica {ReplicaId} holds its lease: {Held}")]
    private partial void LogHeld(string replicaId, bool held);

    [LoggerMessage(LogLevel.Debug, "The lease was not renewed")]
    private partial void LogNotHeld(Exception exception);
}
