namespace OpsMesh.TelemetryIngest.Queries;

internal enum SampleAggregation
{
    Avg,
    Min,
    Max,
    Sum,
    Count,
}

/// <summary>A checked question about one series.</summary>
/// <param name="StartUnixSeconds">Included.</param>
/// <param name="EndUnixSeconds">Not included.</param>
/// <param name="Step">Seconds that become one point; null: raw samples.</param>
internal sealed record SampleQuery(
    string NodeId, string Type, string ValueName, long StartUnixSeconds, long EndUnixSeconds, long? Step, SampleAggregation Aggregation);

internal readonly record struct SamplePoint(long TimeUnixSeconds, double Value);

internal interface ISampleReader
{
    /// <returns>Oldest first, at most <paramref name="limit"/>; null when there is no such series.</returns>
    IReadOnlyList<SamplePoint>? Read(SampleQuery query, int limit);

    /// <returns>True when the node ever stored a sample here.</returns>
    bool KnowsNode(string nodeId);
}
