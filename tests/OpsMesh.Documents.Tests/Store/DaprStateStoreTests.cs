using System.Text;
using OpsMesh.DocumentStore.Sidecar;

namespace OpsMesh.DocumentStore.Store;

/// <summary>Documents on a real sidecar: what the fake promises must hold there too.</summary>
public sealed class DaprStateStoreTests(SidecarFixture sidecar) : IClassFixture<SidecarFixture>, IAsyncLifetime
{
    private readonly string _key = $"thing:{Guid.NewGuid():D}";
    private readonly DaprStateStore _store = sidecar.Store;
    private readonly Bench _bench = new(sidecar.Store);

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _bench.RunAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Write_IsReadBackWithAnETag()
    {
        await WriteAsync(WriteGuard.New, """{"a":1}""");

        var state = await _store.GetAsync(_key, TestEnd);

        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(state!.Json.Span));
        Assert.NotEmpty(state.ETag);
        Assert.Null(await _store.GetAsync(_key + "x", TestEnd));
        Assert.Equal([_key], (await _store.GetManyAsync([_key, _key + "x"], TestEnd)).Select(s => s.Key));
    }

    [Fact]
    public async Task SecondInsert_FailsAsAWhole()
    {
        await WriteAsync(WriteGuard.New, "1");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.TransactAsync(
            [new StateWrite(_key + "b", [(byte)'2'], WriteGuard.None), new StateWrite(_key, [(byte)'2'], WriteGuard.New)], TestEnd));

        Assert.Null(await _store.GetAsync(_key + "b", TestEnd));
    }

    [Fact]
    public async Task StaleETag_FailsAsAWhole()
    {
        await WriteAsync(WriteGuard.New, "1");
        var read = await _store.GetAsync(_key, TestEnd);
        await WriteAsync(WriteGuard.None, "2");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.TransactAsync(
            [new StateWrite(_key, [(byte)'3'], WriteGuard.Unchanged, read!.ETag)], TestEnd));
    }

    [Fact]
    public async Task KeyWhoseTimeIsUp_IsGoneAndCanBeInsertedAgain()
    {
        await _store.TransactAsync([new StateWrite(_key, [(byte)'1'], WriteGuard.New, null, TimeSpan.FromSeconds(1))], TestEnd);
        Assert.NotNull(await _store.GetAsync(_key, TestEnd));

        while (await _store.GetAsync(_key, TestEnd) is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestEnd);
        }

        await WriteAsync(WriteGuard.New, "2");
    }

    [Fact]
    public async Task ConcurrentCommits_AllWin()
    {
        var commits = Enumerable.Range(0, 8).Select(_ => Task.Run(GrowUntilWonAsync, TestEnd));

        var results = await Task.WhenAll(commits);

        Assert.All(results, r => Assert.IsType<CommitResult.Committed>(r));
        Assert.Equal(8, (await _bench.Documents.GetAsync<Thing>(_key, TestEnd))?.Value.Size);
    }

    [Fact]
    public async Task Commit_IsShownWithinMilliseconds()
    {
        var result = await _bench.Documents.CommitAsync(
            new Change().Insert(_key, new Thing("a", 1))
                .Project(new ProjectedChange { Kind = "thing", Id = _key, Revision = 1, Value = new Thing("a", 1) }),
            TestEnd);

        await Assert.IsType<CommitResult.Committed>(result).FlushedAsync(TestEnd);
        Assert.Equal(1, _bench.Projection.Get("thing", _key)?.Read<Thing>().Size);
    }

    [Fact]
    public async Task SecondUseOfAKey_AnswersTheFirst()
    {
        var once = _bench.Documents.IdempotencyKey("operator:x", _key);
        await _bench.Documents.CommitAsync(new Change().Once(once, new Thing("first", 1)), TestEnd);

        var again = await _bench.Documents.CommitAsync(new Change().Once(once, new Thing("second", 2)), TestEnd);

        Assert.Equal("first", Assert.IsType<CommitResult.KnownKey>(again).Read<Thing>().Name);
    }

    [Fact]
    public async Task Event_IsTakenByTheBroker() =>
        await sidecar.Broker.PublishAsync("things", """{"specversion":"1.0","id":"1","type":"t","source":"/s","data":{}}"""u8.ToArray(), TestEnd);

    private async Task<CommitResult> GrowUntilWonAsync()
    {
        while (true)
        {
            var result = await _bench.Documents.CommitAsync(
                async token =>
                {
                    var stored = await _bench.Documents.GetAsync<Thing>(_key, token);
                    return new Change().Upsert(_key, stored, new Thing("a", (stored?.Value.Size ?? 0) + 1));
                },
                TestEnd);
            if (result is not CommitResult.Raced)
            {
                return result;
            }
        }
    }

    private Task WriteAsync(WriteGuard guard, string json) =>
        _store.TransactAsync([new StateWrite(_key, Encoding.UTF8.GetBytes(json), guard)], TestEnd);
}
