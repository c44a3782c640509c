using OpsMesh.DocumentStore.Store;

namespace OpsMesh.DocumentStore;

/// <summary>Everything that happens together: documents, an idempotency key, events, projection rows, an audit record. Not thread-safe.</summary>
public sealed class Change
{
    private readonly List<StateWrite> _writes = [];
    private readonly List<DocumentEvent> _events = [];
    private readonly List<ProjectedChange> _rows = [];

    internal IReadOnlyList<StateWrite> Writes => _writes;

    internal IReadOnlyList<DocumentEvent> Events => _events;

    internal IReadOnlyList<ProjectedChange> Rows => _rows;

    internal AuditRecord? AuditRecord { get; private set; }

    internal string? IdempotencyKey { get; private set; }

    internal object? IdempotencyValue { get; private set; }

    /// <summary>Adds a document that must not exist yet.</summary>
    public Change Insert<T>(string key, T value, TimeSpan? timeToLive = null) =>
        Add(new StateWrite(DocumentKey.Check(key), DocumentJson.ToBytes(value), WriteGuard.New, null, timeToLive));

    /// <summary>Replaces a document as it was read, for ever.</summary>
    public Change Put<T>(Document<T> read, T value) => Put(read.Key, value, read.ETag);

    /// <summary>Replaces a document that must still have <paramref name="etag"/>.</summary>
    public Change Put<T>(string key, T value, string etag, TimeSpan? timeToLive = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(etag);
        return Add(new StateWrite(DocumentKey.Check(key), DocumentJson.ToBytes(value), WriteGuard.Unchanged, etag, timeToLive));
    }

    /// <summary>Inserts when nothing was <paramref name="read"/>, else replaces what was.</summary>
    public Change Upsert<T>(string key, Document<T>? read, T value, TimeSpan? timeToLive = null) =>
        read is null ? Insert(key, value, timeToLive) : Put(key, value, read.ETag, timeToLive);

    /// <summary>Removes a document as it was read.</summary>
    public Change Delete<T>(Document<T> read) =>
        Add(new StateWrite(DocumentKey.Check(read.Key), null, WriteGuard.Unchanged, read.ETag));

    /// <summary>Remembers <paramref name="value"/> under an idempotency key for 24 h; a second use gets it back and changes nothing.</summary>
    /// <param name="key">From <see cref="Documents.IdempotencyKey"/>.</param>
    public Change Once<T>(string key, T value)
        where T : notnull
    {
        (IdempotencyKey, IdempotencyValue) = (DocumentKey.Check(key), value);
        return this;
    }

    public Change Emit(DocumentEvent happened)
    {
        _events.Add(happened);
        return this;
    }

    public Change Project(ProjectedChange row)
    {
        _rows.Add(row);
        return this;
    }

    public Change Audit(AuditRecord record)
    {
        AuditRecord = record;
        return this;
    }

    private Change Add(StateWrite write)
    {
        if (_writes.Exists(w => w.Key == write.Key))
        {
            throw new ArgumentException($"The change already writes '{write.Key}'.", nameof(write));
        }

        _writes.Add(write);
        return this;
    }
}
