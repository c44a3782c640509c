using OpsMesh.Testing;

namespace OpsMesh.DocumentStore;

public sealed class CommitTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private readonly MemoryStateStore _store;
    private readonly Bench _bench;

    public CommitTests()
    {
        _store = new MemoryStateStore(_clock);
        _bench = new Bench(_store, _clock, new DocumentsOptions { RaceDelay = TimeSpan.Zero });
    }

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private Documents Documents => _bench.Documents;

    public async ValueTask InitializeAsync() => await _bench.JoinAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Change_IsOneTransactionSortedByKey()
    {
        var key = Documents.IdempotencyKey("operator:x", "k");

        var result = await Documents.CommitAsync(Thing.Grow(Documents, key), TestEnd);

        Assert.Equal(1, Assert.IsType<CommitResult.Committed>(result).CommitSeq);
        Assert.Equal([key, $"outbox:test:{_bench.Identity.Id}:0", Thing.Key], _store.Applied[^1]);
        Assert.Equal(1, (await Documents.GetAsync<Thing>(Thing.Key, TestEnd))?.Value.Size);
    }

    [Fact]
    public async Task LostRace_DecidesAgainOnWhatIsStored()
    {
        _store.Put(Thing.Key, """{"name":"a","size":6}""");
        _store.BeforeNextTransaction = () => _store.Put(Thing.Key, """{"name":"a","size":10}""");

        var result = await Documents.CommitAsync(Thing.Grow(Documents), TestEnd);

        Assert.IsType<CommitResult.Committed>(result);
        Assert.Equal(11, (await Documents.GetAsync<Thing>(Thing.Key, TestEnd))?.Value.Size);
        Assert.Equal(1023, _bench.Slots.FreeCount);
    }

    [Fact]
    public async Task EveryTryRaced_ChangesNothing()
    {
        var tries = 0;

        var result = await Documents.CommitAsync(
            async token =>
            {
                var change = await Thing.Grow(Documents)(token);
                _store.Put(Thing.Key, $$"""{"name":"b","size":{{++tries * 100}}}""");
                return change;
            },
            TestEnd);

        Assert.IsType<CommitResult.Raced>(result);
        Assert.Equal(5, tries);
        Assert.Equal(Reasons.ChangedMeanwhile, result.AsFailure()?.Reason);
        Assert.Equal(1024, _bench.Slots.FreeCount);
    }

    [Fact]
    public async Task SecondUseOfAKey_AnswersTheFirst()
    {
        var key = Documents.IdempotencyKey("operator:x", "k");
        await Documents.CommitAsync(Thing.Grow(Documents, key), TestEnd);

        var again = await Documents.CommitAsync(Thing.Grow(Documents, key), TestEnd);

        Assert.Equal(1, Assert.IsType<CommitResult.KnownKey>(again).Read<Thing>().Size);
        Assert.Equal(1, (await Documents.GetAsync<Thing>(Thing.Key, TestEnd))?.Value.Size);
    }

    [Fact]
    public async Task KeyOlderThanItsLife_CanBeUsedAgain()
    {
        var key = Documents.IdempotencyKey("operator:x", "k");
        await Documents.CommitAsync(Thing.Grow(Documents, key), TestEnd);
        _clock.Advance(TimeSpan.FromHours(24));

        var again = await Documents.CommitAsync(Thing.Grow(Documents, key), TestEnd);

        Assert.IsType<CommitResult.Committed>(again);
    }

    [Fact]
    public async Task AnswerLostAfterTheCommit_IsCommitted()
    {
        _store.FailAfter = 1;

        var result = await Documents.CommitAsync(Thing.Grow(Documents), TestEnd);

        Assert.IsType<CommitResult.Committed>(result);
        Assert.Equal(1, (await Documents.GetAsync<Thing>(Thing.Key, TestEnd))?.Value.Size);
    }

    [Fact]
    public async Task FailureThatLeavesNoTrace_IsUnavailableAndKeepsTheSlot()
    {
        _store.FailBefore = 1;

        var result = await Documents.CommitAsync(Thing.Grow(Documents), TestEnd);

        Assert.IsType<CommitResult.Unavailable>(result);
        Assert.Equal(Reasons.StoreUnavailable, result.AsFailure()?.Reason);
        Assert.Equal(1023, _bench.Slots.FreeCount);
    }

    [Fact]
    public async Task StoreThatCannotBeReadEither_IsUnavailable()
    {
        _store.ReadsFail = true;

        var result = await Documents.CommitAsync(Thing.Grow(Documents), TestEnd);

        Assert.IsType<CommitResult.Unavailable>(result);
    }

    [Fact]
    public async Task NoFreeSlot_IsShedWithADelay()
    {
        while (_bench.Slots.TryTake() is not null)
        {
        }

        var result = await Documents.CommitAsync(Thing.Grow(Documents), TestEnd);

        Assert.IsType<CommitResult.Full>(result);
        Assert.Equal(Reasons.Shed, result.AsFailure()?.Reason);
        Assert.NotNull(result.AsFailure()?.RetryAfter);
    }

    [Fact]
    public async Task NothingToDo_WritesNothing()
    {
        var before = _store.Applied.Count;

        var result = await Documents.CommitAsync(_ => Task.FromResult<Change?>(null), TestEnd);

        Assert.IsType<CommitResult.NoChange>(result);
        Assert.Equal(before, _store.Applied.Count);
    }

    [Fact]
    public async Task LeaseThatRanOut_CommitsNothing()
    {
        _store.FailBefore = int.MaxValue;
        _clock.Advance(TimeSpan.FromSeconds(16));
        _store.FailBefore = 0;

        var result = await Documents.CommitAsync(new Change().Insert("thing:2", new Thing("b", 1)), TestEnd);

        Assert.IsType<CommitResult.Unavailable>(result);
    }

    [Theory]
    [InlineData("thing:A")]
    [InlineData("thing||1")]
    [InlineData("thing 1")]
    [InlineData("")]
    public void KeyThatCannotBeStored_IsABug(string key) =>
        Assert.ThrowsAny<ArgumentException>(() => new Change().Insert(key, new Thing("a", 1)));
}
