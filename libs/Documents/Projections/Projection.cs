using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Local;
using OpsMesh.DocumentStore.Outbox;

namespace OpsMesh.DocumentStore;

/// <summary>Lists, filters and watches of a service's objects, from its own store. State stores have none of them.</summary>
public sealed class Projection
{
    private const string Columns = "kind, id, node_id, revision, change_seq, removed_at IS NOT NULL, json";

    private const int FollowBatch = 500;

    private readonly ServiceStore _store;
    private readonly Wakes _wakes;
    private readonly DocumentsOptions _options;
    private readonly TimeProvider _clock;

    internal Projection(ServiceStore store, Wakes wakes, IOptions<DocumentsOptions> options, TimeProvider clock) =>
        (_store, _wakes, _options, _clock) = (store, wakes, options.Value, clock);

    /// <returns>Null when there is no such object, or no more.</returns>
    public ProjectedRow? Get(string kind, string id)
    {
        using var connection = _store.File.Open();
        return connection.Query(Map, $"SELECT {Columns} FROM projection WHERE kind = @1 AND id = @2 AND removed_at IS NULL", kind, id)
            .SingleOrDefault();
    }

    public IReadOnlyList<ProjectedRow> List(ProjectionQuery query)
    {
        using var connection = _store.File.Open();
        return List(connection, query);
    }

    /// <summary>All rows of a kind, and where to follow from so that no later change is missed.</summary>
    public ProjectionSnapshot Snapshot(string kind, string? nodeId = null)
    {
        using var connection = _store.File.Open();
        using var transaction = connection.BeginTransaction(deferred: true);
        var rows = List(connection, new ProjectionQuery(kind) { NodeId = nodeId });
        var changeSeq = connection.Scalar<long>("SELECT value FROM counter WHERE name = 'change_seq'");
        return new ProjectionSnapshot(rows, changeSeq);
    }

    /// <summary>Changes of a kind after a place, tombstones too, for ever. Several changes of one object may come as its last one.</summary>
    public async IAsyncEnumerable<ProjectedRow> FollowAsync(
        string kind, long afterChangeSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var ticket = _wakes.Rows.Ticket;
            var rows = Changes(kind, afterChangeSeq);
            foreach (var row in rows)
            {
                afterChangeSeq = row.ChangeSeq;
                yield return row;
            }

            if (rows.Count < FollowBatch)
            {
                await Signal.WaitAsync(ticket, _options.FollowPoll, _clock, cancellationToken);
            }
        }
    }

    /// <summary>Removes tombstones that nobody can still follow from.</summary>
    internal Task<int> ForgetRemovedAsync(CancellationToken cancellationToken)
    {
        var before = (_clock.GetUtcNow() - _options.TombstoneRetention).ToUnixTimeMilliseconds();
        return _store.File.WriteAsync(
            connection => connection.Execute("DELETE FROM projection WHERE removed_at < @1", before), cancellationToken);
    }

    private static List<ProjectedRow> List(SqliteConnection connection, ProjectionQuery query) => connection.Query(
        Map,
        $"""
        SELECT {Columns} FROM projection
        WHERE kind = @1 AND removed_at IS NULL AND (@2 IS NULL OR node_id = @2) AND id > @3
          AND (@4 IS NULL OR json_extract(json, '$.' || @4) = @5)
        ORDER BY id LIMIT @6
        """,
        query.Kind, query.NodeId, query.AfterId ?? "", query.Where?.Member, query.Where?.Text, query.Limit);

    private static ProjectedRow Map(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.TextOrNull(2), row.GetInt64(3), row.GetInt64(4), row.GetBoolean(5), row.GetString(6));

    private List<ProjectedRow> Changes(string kind, long after)
    {
        using var connection = _store.File.Open();
        return connection.Query(
            Map,
            $"SELECT {Columns} FROM projection WHERE change_seq > @1 AND kind = @2 ORDER BY change_seq LIMIT {FollowBatch}",
            after, kind);
    }
}
