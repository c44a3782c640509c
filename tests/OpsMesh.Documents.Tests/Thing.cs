namespace OpsMesh.DocumentStore;

internal sealed record Thing(string Name, int Size)
{
    public const string Key = "thing:1";

    /// <summary>Replaces the stored thing by one that is larger by one, with its row and an event.</summary>
    public static Func<CancellationToken, Task<Change?>> Grow(Documents documents, string? idempotencyKey = null) => async token =>
    {
        var stored = await documents.GetAsync<Thing>(Key, token);
        var next = new Thing("a", (stored?.Value.Size ?? 0) + 1);
        var change = new Change()
            .Upsert(Key, stored, next)
            .Project(new ProjectedChange { Kind = "thing", Id = "1", NodeId = "n", Revision = next.Size, Value = next })
            .Emit(Grown(next.Size))
            .Audit(new AuditRecord("operator:x", "grow", "1", "allowed"));
        return idempotencyKey is null ? change : change.Once(idempotencyKey, next);
    };

    public static DocumentEvent Grown(long nodeSeq) => new()
    {
        Topic = "things",
        Type = "opsmesh.thing.grown.v1",
        Source = "/test",
        Subject = "1",
        NodeId = "n",
        NodeSeq = nodeSeq,
        Data = new { Schema = 1, NewSize = nodeSeq },
    };
}
