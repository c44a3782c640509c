using OpsMesh.Contracts.Telemetry.V1;

namespace OpsMesh.TelemetryIngest.Intake;

public sealed class ReportMetricsTests : IAsyncLifetime
{
    private readonly TelemetryBench _bench = new();

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _bench.StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Batch_IsStoredAndShownAsLatest()
    {
        var now = TelemetryBench.Now;

        var response = (await _bench.SendAsync(1, TelemetryBench.Cpu(now - 1, 40), TelemetryBench.Cpu(now, 50))).Value!;

        Assert.True(response.Success);
        Assert.Equal(1ul, response.AckedThroughSeq);
        Assert.Empty(response.Rejected);
        var latest = Assert.Single(_bench.Latest.Of(TelemetryBench.NodeId));
        Assert.Equal((now, 50.0), (latest.TimeUnixSeconds, latest.Values[0].Value));
    }

    [Fact]
    public async Task BatchSentAgain_IsStoredOnce()
    {
        var now = TelemetryBench.Now;
        await _bench.SendAsync(1, TelemetryBench.Cpu(now, 50));

        var again = (await _bench.SendAsync(1, TelemetryBench.Cpu(now, 99))).Value!;

        Assert.True(again.Success);
        Assert.Equal(1ul, again.AckedThroughSeq);
        Assert.Equal(50, _bench.Latest.Of(TelemetryBench.NodeId)[0].Values[0].Value);
    }

    [Fact]
    public async Task MissingBatch_HoldsTheAcknowledgement()
    {
        Assert.Equal(0ul, (await _bench.SendAsync(2, TelemetryBench.Cpu(TelemetryBench.Now, 1))).Value!.AckedThroughSeq);
        Assert.Equal(2ul, (await _bench.SendAsync(1, TelemetryBench.Cpu(TelemetryBench.Now, 1))).Value!.AckedThroughSeq);
    }

    [Theory]
    [MemberData(nameof(WrongMetrics))]
    public async Task WrongMetric_IsRefusedAlone(string reason, Metric wrong)
    {
        var good = TelemetryBench.Cpu(TelemetryBench.Now, 50);

        var response = (await _bench.SendAsync(1, wrong, good)).Value!;

        var rejected = Assert.Single(response.Rejected);
        Assert.Equal((0, reason), (rejected.Index, rejected.Reason));
        Assert.NotEmpty(rejected.Message);
        Assert.Single(_bench.Latest.Of(TelemetryBench.NodeId));
    }

    [Theory]
    [InlineData(0, "batch_seq", Reasons.OutOfRange)]
    [InlineData(ulong.MaxValue, "batch_seq", Reasons.OutOfRange)]
    public async Task WrongBatch_IsRefusedAsAWhole(ulong seq, string field, string reason)
    {
        var failure = (await _bench.SendAsync(seq, TelemetryBench.Cpu(TelemetryBench.Now, 1))).Failure;

        Assert.Equal((field, reason), (failure?.Field, failure?.Reason));
    }

    [Fact]
    public async Task TooManyValues_AreRefusedAsAWhole()
    {
        var metrics = Enumerable.Range(0, 5_001).Select(i => TelemetryBench.Cpu(TelemetryBench.Now, i));

        Assert.Equal(Reasons.TooManyItems, (await _bench.SendAsync(1, metrics)).Failure?.Reason);
    }

    [Fact]
    public async Task MissingNodeId_IsNamed()
    {
        var outcome = await _bench.Report.HandleAsync(TelemetryBench.NodeId, new ReportMetricsRequest { BatchSeq = 1 }, TestEnd);

        Assert.Equal(("node_id", Reasons.FieldRequired), (outcome.Failure?.Field, outcome.Failure?.Reason));
    }

    public static TheoryData<string, Metric> WrongMetrics()
    {
        var now = TelemetryBench.Now;
        return new TheoryData<string, Metric>
        {
            { Reasons.OutOfRange, TelemetryBench.Cpu(now, double.NaN) },
            { Reasons.OutOfRange, TelemetryBench.Cpu(now, double.PositiveInfinity) },
            { Reasons.TimeOutOfRange, TelemetryBench.Cpu(now + 700, 1) },
            { Reasons.TimeOutOfRange, TelemetryBench.Cpu(now - (8 * 86_400), 1) },
            { Reasons.TimeOutOfRange, TelemetryBench.Cpu(long.MaxValue, 1) },
            { Reasons.TimeOutOfRange, TelemetryBench.Cpu(long.MinValue, 1) },
            { Reasons.FieldRequired, new Metric { Timestamp = now, Values = { ["a"] = 1 } } },
            { Reasons.FieldRequired, new Metric { Type = "cpu", Timestamp = now } },
            { Reasons.NameCharset, new Metric { Type = "CPU", Timestamp = now, Values = { ["a"] = 1 } } },
            { Reasons.NameCharset, new Metric { Type = "cpu\n", Timestamp = now, Values = { ["a"] = 1 } } },
            { Reasons.NameCharset, new Metric { Type = "cpu", Timestamp = now, Values = { ["../a"] = 1 } } },
            { Reasons.TooManyItems, new Metric { Type = "cpu", Timestamp = now, Values = { Enumerable.Range(0, 65).ToDictionary(i => $"v{i}", i => (double)i) } } },
        };
    }
}
