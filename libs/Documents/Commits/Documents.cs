using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Outbox;
using OpsMesh.DocumentStore.Replicas;
using OpsMesh.DocumentStore.Store;

namespace OpsMesh.DocumentStore;

/// <summary>Documents of one service on the state store. A change and everything that follows from it is one transaction.</summary>
public sealed partial class Documents(
    IStateStore store,
    ReplicaLease lease,
    ReplicaIdentity replica,
    DocumentsRuntime runtime,
    IOptions<DocumentsOptions> options,
    TimeProvider clock,
    ILogger<Documents> logger)
{
    private static readonly TimeSpan FullRetryDelay = TimeSpan.FromSeconds(1);

    private readonly DocumentsOptions _options = options.Value;

    private SlotPool Slots => runtime.Slots;

    /// <returns>Null when there is no such document.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<Document<T>?> GetAsync<T>(string key, CancellationToken cancellationToken)
    {
        var state = await store.GetAsync(DocumentKey.Check(key), cancellationToken);
        return state is null ? null : new Document<T>(state.Key, DocumentJson.Parse<T>(state.Json.Span), state.ETag);
    }

    /// <returns>The documents that exist, in no promised order.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<IReadOnlyList<Document<T>>> GetManyAsync<T>(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var states = await store.GetManyAsync(keys, cancellationToken);
        return [.. states.Select(s => new Document<T>(s.Key, DocumentJson.Parse<T>(s.Json.Span), s.ETag))];
    }

    /// <summary>Writes a document that only hints (who holds a node, who was alive) and that nothing follows from; the last writer wins.</summary>
    /// <exception cref="StoreUnavailableException">The outcome is unknown.</exception>
    public Task SaveHintAsync<T>(string key, T value, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        store.TransactAsync(
            [new StateWrite(DocumentKey.Check(key), DocumentJson.ToBytes(value), WriteGuard.None, null, timeToLive)], cancellationToken);

    /// <inheritdoc cref="SaveHintAsync{T}"/>
    public Task DeleteHintAsync(string key, CancellationToken cancellationToken) =>
        store.TransactAsync([new StateWrite(DocumentKey.Check(key), null, WriteGuard.None)], cancellationToken);

    /// <summary>Key for <see cref="Change.Once{T}"/>; <paramref name="clientKey"/> is scoped to the principal.</summary>
    public string IdempotencyKey(string principal, string clientKey) =>
        DocumentKey.Idempotency(replica.Service, principal, clientKey);

    /// <summary>What <see cref="Change.Once{T}"/> stored under the key; null when it was not used in the last 24 h.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public async Task<CommitResult.KnownKey?> FindKeyAsync(string key, CancellationToken cancellationToken)
    {
        var document = await GetAsync<IdempotencyDocument>(key, cancellationToken);
        return document is null ? null : new CommitResult.KnownKey(document.Value.Value);
    }

    /// <summary>Commits what <paramref name="change"/> builds. It is called again, to read and decide anew, after each lost race.</summary>
    /// <param name="change">Reads documents and describes the change; null when nothing is to be done.</param>
    public async Task<CommitResult> CommitAsync(Func<CancellationToken, Task<Change?>> change, CancellationToken cancellationToken)
    {
        try
        {
            await lease.HeldAsync(cancellationToken);
            for (var attempt = 1; ; attempt++)
            {
                if (await change(cancellationToken) is not { } draft)
                {
                    return new CommitResult.NoChange();
                }

                var result = await TryOnceAsync(draft, cancellationToken);
                if (result is not CommitResult.Raced || attempt >= _options.MaxTries)
                {
                    return result;
                }

                await Task.Delay(Jitter(attempt), clock, cancellationToken);
            }
        }
        catch (StoreUnavailableException ex)
        {
            LogUnavailable(ex);
            return new CommitResult.Unavailable();
        }
    }

    /// <summary>Commits a change that needs no new decision when it loses a race: one try.</summary>
    public async Task<CommitResult> CommitAsync(Change change, CancellationToken cancellationToken)
    {
        try
        {
            await lease.HeldAsync(cancellationToken);
            return await TryOnceAsync(change, cancellationToken);
        }
        catch (StoreUnavailableException ex)
        {
            LogUnavailable(ex);
            return new CommitResult.Unavailable();
        }
    }

    private async Task<CommitResult> TryOnceAsync(Change change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Slots.TryTake() is not { } slot)
        {
            return new CommitResult.Full(FullRetryDelay);
        }

        var record = OutboxRecord.From(change, replica.Id, slot.CommitSeq, clock.GetUtcNow());
        var attempt = new CommitAttempt(change, record, slot.Index, SlotPool.Key(replica.Service, replica.Id, slot.Index));
        try
        {
            // Not the caller's token: once sent, a transaction is seen to its end, or nobody would know what is in the slot.
            await store.TransactAsync(attempt.Writes(_options.IdempotencyTimeToLive), CancellationToken.None);
        }
        catch (StoreUnavailableException ex)
        {
            LogDoubt(attempt.SlotKey, ex);
            return await SettleAsync(attempt);
        }

        return Accept(attempt);
    }

    private CommitResult.Committed Accept(CommitAttempt attempt)
    {
        var committed = new CommitResult.Committed(attempt.Record.CommitSeq);
        runtime.Queue.Add(new PendingRecord(attempt.Record, attempt.SlotIndex, committed));
        return committed;
    }

    /// <summary>Every failure looks alike, so what is stored decides: our commit id, another's, or what was there before.</summary>
    private async Task<CommitResult> SettleAsync(CommitAttempt attempt)
    {
        try
        {
            switch (await ReadAgainAsync(attempt))
            {
                case CommitResult.Committed:
                    return Accept(attempt);

                // Someone else's write makes ours impossible for ever, so the slot cannot fill later.
                case { } lost:
                    Slots.Release(attempt.SlotIndex);
                    return lost;
            }
        }
        catch (StoreUnavailableException ex)
        {
            LogUnavailable(ex);
        }

        Slots.Quarantine(attempt.SlotIndex, movedSeq: null);
        return new CommitResult.Unavailable();
    }

    /// <returns>Null when everything is as it was before, so that the outcome stays unknown.</returns>
    private async Task<CommitResult?> ReadAgainAsync(CommitAttempt attempt)
    {
        if (await store.GetAsync(attempt.SlotKey, CancellationToken.None) is { } slot)
        {
            return DocumentJson.Parse<OutboxRecord>(slot.Json.Span).CommitId == attempt.Record.CommitId
                ? new CommitResult.Committed(attempt.Record.CommitSeq)
                : null;
        }

        if (attempt.Change.IdempotencyKey is { } key && await FindKeyAsync(key, CancellationToken.None) is { } known)
        {
            return known;
        }

        foreach (var write in attempt.Change.Writes)
        {
            if (!write.CouldSucceedOn(await store.GetAsync(write.Key, CancellationToken.None)))
            {
                return new CommitResult.Raced();
            }
        }

        return null;
    }

    private TimeSpan Jitter(int attempt) => _options.RaceDelay * (1 << attempt) * Random.Shared.NextDouble();

    [LoggerMessage(LogLevel.Debug, "The transaction of slot {SlotKey} failed; what is stored decides")]
    private partial void LogDoubt(string slotKey, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The state store did not take a change")]
    private partial void LogUnavailable(Exception exception);
}
