using System.Text.Json;
using OpsMesh.DocumentStore.Outbox;
using OpsMesh.DocumentStore.Store;

namespace OpsMesh.DocumentStore;

/// <summary>One try of one change in one slot.</summary>
internal sealed record CommitAttempt(Change Change, OutboxRecord Record, int SlotIndex, string SlotKey)
{
    /// <summary>All operations, sorted by key: PostgreSQL would deadlock on two orders.</summary>
    public IReadOnlyList<StateWrite> Writes(TimeSpan idempotencyTimeToLive)
    {
        List<StateWrite> writes = [.. Change.Writes, new StateWrite(SlotKey, DocumentJson.ToBytes(Record), WriteGuard.New)];
        if (Change.IdempotencyKey is { } key)
        {
            var value = JsonSerializer.SerializeToElement(Change.IdempotencyValue, DocumentJson.Options);
            var document = new IdempotencyDocument { CommitId = Record.CommitId, Value = value };
            writes.Add(new StateWrite(key, DocumentJson.ToBytes(document), WriteGuard.New, null, idempotencyTimeToLive));
        }

        writes.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return writes;
    }
}

internal sealed record IdempotencyDocument
{
    public int Schema { get; init; } = 1;

    public required string CommitId { get; init; }

    /// <summary>What the first use answered, in the caller's own words.</summary>
    public required JsonElement Value { get; init; }
}
