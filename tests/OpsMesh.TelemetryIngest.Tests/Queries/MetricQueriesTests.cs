using Google.Protobuf.WellKnownTypes;
using OpsMesh.Contracts.Telemetry.V1;

namespace OpsMesh.TelemetryIngest.Queries;

public sealed class MetricQueriesTests : IAsyncLifetime
{
    private readonly TelemetryBench _bench = new();
    private readonly long _start = (TelemetryBench.Now - 600) / 60 * 60;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _bench.StartAsync();
        await _bench.SendAsync(1, Enumerable.Range(0, 120).Select(i => TelemetryBench.Cpu(_start + i, i)));
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task RawSamples_ComeAsTheyWere()
    {
        var points = await PointsAsync(Query());

        Assert.Equal(120, points.Count);
        Assert.Equal((_start, 0.0), (points[0].Timestamp, points[0].Value));
        Assert.Equal((_start + 119, 119.0), (points[^1].Timestamp, points[^1].Value));
    }

    [Theory]
    [InlineData(null, 29.5, 89.5)]
    [InlineData(Aggregation.Avg, 29.5, 89.5)]
    [InlineData(Aggregation.Min, 0, 60)]
    [InlineData(Aggregation.Max, 59, 119)]
    [InlineData(Aggregation.Sum, 1770, 5370)]
    [InlineData(Aggregation.Count, 60, 60)]
    public async Task Steps_BecomeOnePointEach(Aggregation? aggregation, double first, double second)
    {
        var query = Query();
        query.Step = new Duration { Seconds = 60 };
        if (aggregation is { } chosen)
        {
            query.Aggregation = chosen;
        }

        var points = await PointsAsync(query);

        Assert.Equal([(_start, first), (_start + 60, second)], points.Select(p => (p.Timestamp, p.Value)));
    }

    [Fact]
    public async Task Range_IncludesItsStartAndNotItsEnd()
    {
        var query = Query();
        query.Start = new Timestamp { Seconds = _start + 10 };
        query.End = new Timestamp { Seconds = _start + 12 };

        Assert.Equal([_start + 10, _start + 11], (await PointsAsync(query)).Select(p => p.Timestamp));
    }

    [Fact]
    public async Task SeriesThatANodeNeverSent_IsEmpty()
    {
        _bench.Nodes.Exists = true;
        var query = Query();
        query.ValueName = "other";

        Assert.Empty((await _bench.Queries.QueryAsync(query, TestEnd)).Value!.Series);
    }

    [Theory]
    [InlineData(false, FailureKind.NotFound, Reasons.NodeUnknown)]
    [InlineData(null, FailureKind.Unavailable, Reasons.StoreUnavailable)]
    public async Task NodeThatNobodyKnows_IsToldApartFromAnOutage(bool? exists, FailureKind kind, string reason)
    {
        _bench.Nodes.Exists = exists;
        var query = Query();
        query.NodeId = "01890000-0000-7000-8000-000000000009";

        var failure = (await _bench.Queries.QueryAsync(query, TestEnd)).Failure;
        var latest = (await _bench.Queries.LatestAsync(new LatestMetricsRequest { NodeId = query.NodeId }, TestEnd)).Failure;

        Assert.Equal((kind, reason), (failure!.Kind, failure.Reason));
        Assert.Equal((kind, reason), (latest!.Kind, latest.Reason));
    }

    [Theory]
    [MemberData(nameof(WrongQueries))]
    public async Task WrongQuery_NamesTheField(string field, string reason, Action<QueryMetricsRequest> spoil)
    {
        var query = Query();
        spoil(query);

        var failure = (await _bench.Queries.QueryAsync(query, TestEnd)).Failure;

        Assert.Equal((FailureKind.Invalid, field, reason), (failure!.Kind, failure.Field, failure.Reason));
    }

    [Fact]
    public async Task Latest_SurvivesARestart()
    {
        var again = LatestSamples.Load(_bench.Database);

        var expected = (await _bench.Queries.LatestAsync(new LatestMetricsRequest(), TestEnd)).Value!.Metrics.Single();
        var sample = Assert.Single(again.Of(TelemetryBench.NodeId));
        Assert.Equal((expected.Timestamp, expected.Values["total"]), (sample.TimeUnixSeconds, sample.Values[0].Value));
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("memory", 1)]
    [InlineData("disk", 0)]
    public async Task Latest_CanBeOfOneType(string type, int count)
    {
        var memory = new Metric { Type = "memory", Timestamp = TelemetryBench.Now, Values = { ["used"] = 1 } };
        await _bench.SendAsync(2, memory);

        var request = new LatestMetricsRequest { NodeId = TelemetryBench.NodeId, Type = type };

        Assert.Equal(count, (await _bench.Queries.LatestAsync(request, TestEnd)).Value!.Metrics.Count);
    }

    public static TheoryData<string, string, Action<QueryMetricsRequest>> WrongQueries() => new()
    {
        { "node_id", Reasons.FieldRequired, q => q.NodeId = "" },
        { "node_id", Reasons.FieldFormat, q => q.NodeId = "node-1" },
        { "type", Reasons.FieldRequired, q => q.Type = "" },
        { "type", Reasons.NameCharset, q => q.Type = "a b" },
        { "value_name", Reasons.FieldRequired, q => q.ValueName = "" },
        { "value_name", Reasons.NameCharset, q => q.ValueName = "a'b" },
        { "start", Reasons.OutOfRange, q => q.Start = q.End },
        { "start", Reasons.FieldFormat, q => q.Start = new Timestamp { Seconds = long.MaxValue } },
        { "end", Reasons.FieldFormat, q => q.End = new Timestamp { Nanos = -1 } },
        { "step", Reasons.OutOfRange, q => q.Step = new Duration { Seconds = 0 } },
        { "step", Reasons.FieldFormat, q => q.Step = new Duration { Seconds = 1, Nanos = 1 } },
        { "step", Reasons.FieldRequired, q => q.Aggregation = Aggregation.Max },
        { "aggregation", Reasons.UnknownEnum, q => q.Aggregation = (Aggregation)99 },
        { "aggregation", Reasons.UnknownEnum, q => q.Aggregation = Aggregation.Unspecified },
        { "step", Reasons.OutOfRange, q => (q.Start, q.Step) = (new Timestamp { Seconds = 1 }, new Duration { Seconds = 1 }) },
    };

    private QueryMetricsRequest Query() => new()
    {
        NodeId = TelemetryBench.NodeId,
        Type = "cpu",
        ValueName = "total",
        Start = new Timestamp { Seconds = _start },
        End = new Timestamp { Seconds = _start + 300 },
    };

    private async Task<IReadOnlyList<Point>> PointsAsync(QueryMetricsRequest query) =>
        Assert.Single((await _bench.Queries.QueryAsync(query, TestEnd)).Value!.Series).Points;
}
