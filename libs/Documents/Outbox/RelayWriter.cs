using System.Text.Json;
using Microsoft.Data.Sqlite;
using OpsMesh.DocumentStore.Local;

namespace OpsMesh.DocumentStore.Outbox;

/// <summary>Moves records into the service's own store: audit, projection and outgoing events in one transaction.</summary>
internal sealed class RelayWriter(ServiceStore store)
{
    // An older revision never replaces a newer one, so a record that comes twice or late changes nothing.
    private const string UpsertRow =
        """
        INSERT INTO projection (kind, id, node_id, revision, change_seq, removed_at, json) VALUES (@1, @2, @3, @4, @5, @6, @7)
        ON CONFLICT (kind, id) DO UPDATE SET node_id = excluded.node_id, revision = excluded.revision, change_seq = excluded.change_seq,
          removed_at = excluded.removed_at, json = excluded.json
        WHERE excluded.revision > projection.revision
        """;

    private const string InsertEvent =
        "INSERT INTO outgoing (replica, commit_seq, n, topic, event) VALUES (@1, @2, @3, @4, @5) ON CONFLICT DO NOTHING";

    private const string InsertAudit =
        "INSERT INTO audit VALUES (@1, @2, @3, @4, @5, @6, @7) ON CONFLICT DO NOTHING";

    /// <summary>All records or none. A record that is already there is skipped.</summary>
    /// <returns>Events that now wait to be published.</returns>
    /// <exception cref="SqliteException">Nothing was written.</exception>
    public Task<int> WriteAsync(IReadOnlyList<OutboxRecord> records, CancellationToken cancellationToken) =>
        store.File.WriteAsync(connection => Write(connection, records), cancellationToken);

    private static int Write(SqliteConnection connection, IReadOnlyList<OutboxRecord> records)
    {
        // One counter row, read and written inside the transaction: followers see change_seq in commit order, without holes to wait for.
        var changeSeq = connection.Scalar<long>("SELECT value FROM counter WHERE name = 'change_seq'");
        using var upsertRow = connection.Prepare(UpsertRow);
        using var insertEvent = connection.Prepare(InsertEvent);
        using var insertAudit = connection.Prepare(InsertAudit);
        var events = 0;
        foreach (var record in records)
        {
            foreach (var row in record.Rows)
            {
                changeSeq++;
                upsertRow.Execute(
                    row.Kind, row.Id, row.NodeId, row.Revision, changeSeq,
                    row.Value is null ? record.Time.ToUnixTimeMilliseconds() : null, row.Value?.GetRawText() ?? "null");
            }

            for (var n = 0; n < record.Events.Count; n++)
            {
                var happened = record.Events[n];
                var json = JsonSerializer.Serialize(happened, DocumentJson.Options);
                events += insertEvent.Execute(record.Replica, record.CommitSeq, n, happened.Topic, json);
            }

            if (record.Audit is { } audit)
            {
                insertAudit.Execute(
                    record.Replica, record.CommitSeq, record.Time.ToUnixTimeMilliseconds(),
                    audit.Actor, audit.Action, audit.Target, audit.Decision);
            }
        }

        connection.Execute("UPDATE counter SET value = @1 WHERE name = 'change_seq'", changeSeq);
        return events;
    }
}
