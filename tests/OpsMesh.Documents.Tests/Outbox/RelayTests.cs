using System.Diagnostics;

namespace OpsMesh.DocumentStore.Outbox;

public sealed class RelayTests : IAsyncLifetime
{
    private readonly MemoryStateStore _store = new(TimeProvider.System);
    private readonly Bench _bench;

    public RelayTests() => _bench = new Bench(_store);

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _bench.RunAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Commit_ShowsInTheProjectionAndLeavesAsAnEvent()
    {
        await CommitAsync();

        Assert.Equal(1, _bench.Projection.Get("thing", "1")?.Read<Thing>().Size);
        var (topic, happened) = await _bench.Broker.NextAsync(TestEnd);
        Assert.Equal("things", topic);
        Assert.Equal("1.0", happened.GetProperty("specversion").GetString());
        Assert.Equal("opsmesh.thing.grown.v1", happened.GetProperty("type").GetString());
        Assert.Equal("/test", happened.GetProperty("source").GetString());
        Assert.Equal("1", happened.GetProperty("subject").GetString());
        Assert.Equal("n", happened.GetProperty("partitionkey").GetString());
        Assert.Equal(1, happened.GetProperty("nodeseq").GetInt64());
        Assert.Equal(1, happened.GetProperty("data").GetProperty("new_size").GetInt32());
        Assert.Equal(7, Guid.Parse(happened.GetProperty("id").GetString()!).Version);
    }

    [Fact]
    public async Task MovedSlot_IsEmptiedAndFree()
    {
        for (var i = 0; i < 20; i++)
        {
            await CommitAsync();
        }

        await UntilAsync(() => _bench.Slots.FreeCount == SlotPool.Size);
        Assert.DoesNotContain(_store.Keys, k => k.StartsWith("outbox:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Event_CarriesTheTraceThatCausedIt()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "OpsMesh.Documents" or nameof(RelayTests),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource(nameof(RelayTests));
        using var cause = source.StartActivity("cause");

        await CommitAsync();

        var (_, happened) = await _bench.Broker.NextAsync(TestEnd);
        var carried = ActivityContext.Parse(happened.GetProperty("traceparent").GetString()!, null);
        Assert.Equal(cause!.TraceId, carried.TraceId);
        Assert.NotEqual(cause.SpanId, carried.SpanId);
    }

    [Fact]
    public async Task BrokenBroker_HoldsNoSlotAndLosesNothing()
    {
        _bench.Broker.Broken = true;
        await CommitAsync();
        await CommitAsync();
        await UntilAsync(() => _bench.Slots.FreeCount == SlotPool.Size);

        _bench.Broker.Broken = false;

        Assert.Equal(1, (await _bench.Broker.NextAsync(TestEnd)).Event.GetProperty("nodeseq").GetInt64());
        Assert.Equal(2, (await _bench.Broker.NextAsync(TestEnd)).Event.GetProperty("nodeseq").GetInt64());
    }

    [Fact]
    public async Task RecordMovedTwice_ChangesNothing()
    {
        var change = (await Thing.Grow(_bench.Documents)(TestEnd))!;
        var record = OutboxRecord.From(change, "dead", 1, DateTimeOffset.UnixEpoch);
        var older = record with { CommitSeq = 2, Rows = [record.Rows[0] with { Revision = 0 }], Events = [] };
        var writer = new RelayWriter(_bench.Local);
        await writer.WriteAsync([record], TestEnd);
        var first = _bench.Projection.Get("thing", "1");

        await writer.WriteAsync([record, older], TestEnd);

        Assert.Equal(first, _bench.Projection.Get("thing", "1"));
    }

    [Fact]
    public async Task Stop_MovesWhatWasCommitted()
    {
        var committed = (CommitResult.Committed)await _bench.Documents.CommitAsync(Thing.Grow(_bench.Documents), TestEnd);

        await _bench.Relay.StopAsync(TestEnd);

        Assert.True(committed.FlushedAsync(TestEnd).IsCompletedSuccessfully);
        Assert.NotNull(_bench.Projection.Get("thing", "1"));
    }

    private async Task CommitAsync()
    {
        var result = await _bench.Documents.CommitAsync(Thing.Grow(_bench.Documents), TestEnd);
        await Assert.IsType<CommitResult.Committed>(result).FlushedAsync(TestEnd);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestEnd);
        }
    }
}
