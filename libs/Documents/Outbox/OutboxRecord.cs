using System.Diagnostics;
using System.Text.Json;

namespace OpsMesh.DocumentStore.Outbox;

/// <summary>What a slot holds: everything that has to follow from one commit.</summary>
internal sealed record OutboxRecord
{
    public int Schema { get; init; } = 1;

    public required string CommitId { get; init; }

    public required string Replica { get; init; }

    /// <summary>Counts the commits of one replica; with it the identity of the record.</summary>
    public required long CommitSeq { get; init; }

    public required DateTimeOffset Time { get; init; }

    public IReadOnlyList<OutboxEvent> Events { get; init; } = [];

    public IReadOnlyList<OutboxRow> Rows { get; init; } = [];

    public AuditRecord? Audit { get; init; }

    public static OutboxRecord From(Change change, string replica, long commitSeq, DateTimeOffset now) => new()
    {
        CommitId = Guid.CreateVersion7(now).ToString("D"),
        Replica = replica,
        CommitSeq = commitSeq,
        Time = now,
        Events = [.. change.Events.Select(e => OutboxEvent.From(e, now))],
        Rows = [.. change.Rows.Select(OutboxRow.From)],
        Audit = change.AuditRecord,
    };
}

internal sealed record OutboxEvent
{
    public required string Id { get; init; }

    public required string Topic { get; init; }

    public required string Type { get; init; }

    public required string Source { get; init; }

    public string? Subject { get; init; }

    public string? PartitionKey { get; init; }

    public long? NodeSeq { get; init; }

    public required DateTimeOffset Time { get; init; }

    public string? TraceParent { get; init; }

    public required JsonElement Data { get; init; }

    public static OutboxEvent From(DocumentEvent happened, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now).ToString("D"),
        Topic = happened.Topic,
        Type = happened.Type,
        Source = happened.Source,
        Subject = happened.Subject,
        PartitionKey = happened.NodeId,
        NodeSeq = happened.NodeSeq,
        Time = happened.Time ?? now,
        TraceParent = happened.TraceParent ?? Activity.Current?.Id,
        Data = JsonSerializer.SerializeToElement(happened.Data, happened.Data.GetType(), DocumentJson.Options),
    };
}

internal sealed record OutboxRow
{
    public required string Kind { get; init; }

    public required string Id { get; init; }

    public string? NodeId { get; init; }

    public required long Revision { get; init; }

    /// <summary>Null: removed.</summary>
    public JsonElement? Value { get; init; }

    public static OutboxRow From(ProjectedChange row) => new()
    {
        Kind = row.Kind,
        Id = row.Id,
        NodeId = row.NodeId,
        Revision = row.Revision,
        Value = row.Value is null ? null : JsonSerializer.SerializeToElement(row.Value, row.Value.GetType(), DocumentJson.Options),
    };
}
