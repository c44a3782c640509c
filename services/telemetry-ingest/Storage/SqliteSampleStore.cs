using System.Text.Json;
using Microsoft.Data.Sqlite;
using OpsMesh.DocumentStore.Local;
using OpsMesh.TelemetryIngest.Flushing;
using OpsMesh.TelemetryIngest.Queries;

namespace OpsMesh.TelemetryIngest.Storage;

/// <summary>Stores batches in SQLite: values, watermarks and the newest sample of each type, in one transaction.</summary>
internal sealed class SqliteSampleStore(SampleDatabase database, LatestSamples latest) : ISampleStore
{
    private const string UpsertSample =
        "INSERT INTO sample VALUES (@1, @2, @3) ON CONFLICT (series_id, time) DO UPDATE SET value = excluded.value";

    private const string UpsertLatest =
        """
        INSERT INTO latest VALUES (@1, @2, @3, @4)
        ON CONFLICT (node_id, type) DO UPDATE SET time = excluded.time, json = excluded.json WHERE excluded.time >= latest.time
        """;

    private const string UpsertWatermark =
        """
        INSERT INTO watermark VALUES (@1, @2, @3, @4)
        ON CONFLICT (node_id, daemon_epoch) DO UPDATE SET contiguous = excluded.contiguous, bitmap = excluded.bitmap
        """;

    // Written by the database's one writer thread only.
    private readonly Dictionary<(string NodeId, string Type, string Name), long> _seriesIds = [];

    public async Task WriteAsync(IReadOnlyList<PendingBatch> batches, CancellationToken cancellationToken)
    {
        try
        {
            await database.File.WriteAsync(connection => Write(connection, batches), cancellationToken);
        }
        catch (SqliteException ex)
        {
            throw new SampleStoreException("The samples were not stored.", ex);
        }

        // After the commit: what is shown as latest is durable.
        foreach (var batch in batches.Where(b => !b.AlreadyStored))
        {
            latest.Add(batch.NodeId, batch.Samples);
        }
    }

    private bool Write(SqliteConnection connection, IReadOnlyList<PendingBatch> batches)
    {
        var newSeries = new List<(string, string, string)>();
        try
        {
            using var upsertSample = connection.Prepare(UpsertSample);
            using var upsertLatest = connection.Prepare(UpsertLatest);
            foreach (var batch in batches)
            {
                batch.AlreadyStored = !Mark(connection, batch);
                if (!batch.AlreadyStored)
                {
                    WriteSamples(connection, batch, upsertSample, upsertLatest, newSeries);
                }
            }

            return true;
        }
        catch (SqliteException)
        {
            // Rolled back with everything else: these ids will belong to others.
            newSeries.ForEach(s => _seriesIds.Remove(s));
            throw;
        }
    }

    /// <returns>False when the batch was stored before.</returns>
    private static bool Mark(SqliteConnection connection, PendingBatch batch)
    {
        var found = connection.Query(
            row => new Watermark(row.GetInt64(0), (ulong)row.GetInt64(1)),
            "SELECT contiguous, bitmap FROM watermark WHERE node_id = @1 AND daemon_epoch = @2",
            batch.NodeId, batch.DaemonEpoch);
        var before = found.Count == 0 ? default : found[0];
        var after = before.Add(batch.Seq);
        batch.AckedThroughSeq = (after ?? before).Contiguous;
        if (after is { } mark)
        {
            connection.Execute(UpsertWatermark, batch.NodeId, batch.DaemonEpoch, mark.Contiguous, (long)mark.Bitmap);
        }

        return after is not null;
    }

    private void WriteSamples(
        SqliteConnection connection,
        PendingBatch batch,
        SqliteCommand upsertSample,
        SqliteCommand upsertLatest,
        List<(string, string, string)> newSeries)
    {
        foreach (var sample in batch.Samples)
        {
            foreach (var (name, value) in sample.Values)
            {
                upsertSample.Execute(SeriesId(connection, batch.NodeId, sample.Type, name, newSeries), sample.TimeUnixSeconds, value);
            }

            var json = JsonSerializer.Serialize(sample.Values.ToDictionary());
            upsertLatest.Execute(batch.NodeId, sample.Type, sample.TimeUnixSeconds, json);
        }
    }

    private long SeriesId(SqliteConnection connection, string nodeId, string type, string name, List<(string, string, string)> newSeries)
    {
        var key = (nodeId, type, name);
        if (_seriesIds.TryGetValue(key, out var known))
        {
            return known;
        }

        connection.Execute("INSERT INTO series (node_id, type, name) VALUES (@1, @2, @3) ON CONFLICT DO NOTHING", nodeId, type, name);
        var id = connection.Scalar<long>("SELECT id FROM series WHERE node_id = @1 AND type = @2 AND name = @3", nodeId, type, name);
        newSeries.Add(key);
        return _seriesIds[key] = id;
    }
}
