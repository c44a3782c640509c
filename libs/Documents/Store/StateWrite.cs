namespace OpsMesh.DocumentStore.Store;

public enum WriteGuard
{
    /// <summary>Whatever is stored is replaced or removed.</summary>
    None,

    /// <summary>The key must not exist.</summary>
    New,

    /// <summary>The key must still have <see cref="StateWrite.ETag"/>.</summary>
    Unchanged,
}

/// <param name="Json">The new value, UTF-8 JSON; null removes the key.</param>
/// <param name="TimeToLive">Null: for ever. Whole seconds; rounded up.</param>
public sealed record StateWrite(string Key, byte[]? Json, WriteGuard Guard, string? ETag = null, TimeSpan? TimeToLive = null)
{
    /// <summary>False when this write, sent now, could not succeed: someone else changed the key.</summary>
    public bool CouldSucceedOn(StoredState? current) => Guard switch
    {
        WriteGuard.New => current is null,
        WriteGuard.Unchanged => current?.ETag == ETag,
        _ => true,
    };
}
