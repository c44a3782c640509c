using OpsMesh.DocumentStore.Local;
using OpsMesh.TelemetryIngest.Queries;

namespace OpsMesh.TelemetryIngest.Storage;

/// <summary>Answers queries from SQLite.</summary>
internal sealed class SampleReader(SampleDatabase database) : ISampleReader
{
    public IReadOnlyList<SamplePoint>? Read(SampleQuery query, int limit)
    {
        using var connection = database.File.Open();
        var seriesId = connection.Scalar<long>(
            "SELECT id FROM series WHERE node_id = @1 AND type = @2 AND name = @3", query.NodeId, query.Type, query.ValueName);
        if (seriesId == 0)
        {
            return null;
        }

        var (step, aggregate) = query.Step is { } width ? (width, Aggregate(query.Aggregation)) : (1, "MAX(value)");
        return connection.Query(
            row => new SamplePoint(row.GetInt64(0), row.GetDouble(1)),
            $"""
            SELECT (time / @4) * @4, CAST({aggregate} AS REAL) FROM sample
            WHERE series_id = @1 AND time >= @2 AND time < @3 GROUP BY 1 ORDER BY 1 LIMIT @5
            """,
            seriesId, query.StartUnixSeconds, query.EndUnixSeconds, step, limit);
    }

    public bool KnowsNode(string nodeId)
    {
        using var connection = database.File.Open();
        return connection.Scalar<long>("SELECT 1 FROM series WHERE node_id = @1 LIMIT 1", nodeId) == 1;
    }

    private static string Aggregate(SampleAggregation aggregation) => aggregation switch
    {
        SampleAggregation.Min => "MIN(value)",
        SampleAggregation.Max => "MAX(value)",
        SampleAggregation.Sum => "SUM(value)",
        SampleAggregation.Count => "COUNT(*)",
        _ => "AVG(value)",
    };
}
