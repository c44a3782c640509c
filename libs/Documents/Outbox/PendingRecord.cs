namespace OpsMesh.DocumentStore.Outbox;

/// <summary>A committed record on its way from its slot to the service's own store.</summary>
/// <param name="SlotIndex">Own slot that holds it.</param>
/// <param name="Committed">Told when the projection shows the record; null when nobody waits.</param>
internal sealed record PendingRecord(OutboxRecord Record, int SlotIndex, CommitResult.Committed? Committed);
