using OpsMesh.Testing;

namespace OpsMesh.DocumentStore.Outbox;

public sealed class SlotSweeperTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private readonly MemoryStateStore _store;
    private readonly Bench _bench;

    public SlotSweeperTests()
    {
        _store = new MemoryStateStore(_clock);
        _bench = new Bench(_store, _clock);
    }

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _bench.JoinAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task UnknownSlot_RestsForAMinute()
    {
        _store.FailBefore = 1;
        await _bench.Documents.CommitAsync(Thing.Grow(_bench.Documents), TestEnd);
        Assert.Empty(_bench.Slots.Due());

        _clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal((0, null), Assert.Single(_bench.Slots.Due()));
    }

    [Fact]
    public async Task SlotThatStayedEmpty_IsFreeAgain()
    {
        _store.FailBefore = 1;
        await _bench.Documents.CommitAsync(Thing.Grow(_bench.Documents), TestEnd);

        await _bench.Sweeper.SweepAsync(0, null, TestEnd);

        Assert.Equal(SlotPool.Size, _bench.Slots.FreeCount);
    }

    [Fact]
    public async Task SlotThatFilledLate_IsRelayed()
    {
        var slot = _bench.Slots.TryTake()!.Value;
        var record = OutboxRecord.From((await Thing.Grow(_bench.Documents)(TestEnd))!, _bench.Identity.Id, slot.CommitSeq, _clock.GetUtcNow());
        _store.Put(SlotPool.Key("test", _bench.Identity.Id, slot.Index), System.Text.Encoding.UTF8.GetString(DocumentJson.ToBytes(record)));
        _bench.Slots.Quarantine(slot.Index, movedSeq: null);

        await _bench.Sweeper.SweepAsync(slot.Index, null, TestEnd);
        await _bench.Relay.StartAsync(TestEnd);
        await _bench.Relay.StopAsync(TestEnd);

        Assert.NotNull(_bench.Projection.Get("thing", "1"));
        Assert.Equal(SlotPool.Size, _bench.Slots.FreeCount);
        Assert.DoesNotContain(_store.Keys, k => k.StartsWith("outbox:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MovedSlotThatWasNotEmptied_IsEmptiedLater()
    {
        await _bench.Documents.CommitAsync(Thing.Grow(_bench.Documents), TestEnd);
        _store.FailBefore = 1;
        await _bench.Relay.StartAsync(TestEnd);
        await _bench.Relay.StopAsync(TestEnd);
        Assert.Equal(SlotPool.Size - 1, _bench.Slots.FreeCount);

        await _bench.Sweeper.SweepAsync(0, 1, TestEnd);

        Assert.Equal(SlotPool.Size, _bench.Slots.FreeCount);
        Assert.DoesNotContain(_store.Keys, k => k.StartsWith("outbox:", StringComparison.Ordinal));
    }
}
