using OpsMesh.DocumentStore.Outbox;

namespace OpsMesh.DocumentStore;

public sealed class ProjectionTests : IAsyncDisposable
{
    private readonly Bench _bench = new(new MemoryStateStore(TimeProvider.System));
    private long _commitSeq;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private Projection Projection => _bench.Projection;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Pages_FollowEachOtherWithoutHoles()
    {
        await WriteAsync([.. Enumerable.Range(0, 25).Select(i => Row($"{i:D2}", 1, "n"))]);

        var seen = new List<string>();
        string? after = null;
        while (Projection.List(new ProjectionQuery("thing") { AfterId = after, Limit = 10 }) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(r => r.Id));
            after = page[^1].Id;
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"{i:D2}"), seen);
    }

    [Fact]
    public async Task Filters_ChooseByNodeAndMember()
    {
        await WriteAsync(Row("1", 1, "n"), Row("2", 1, "m"), Row("3", 1, "m", name: "it's"));

        Assert.Equal(["2", "3"], Projection.List(new ProjectionQuery("thing") { NodeId = "m" }).Select(r => r.Id));
        Assert.Equal(["3"], Projection.List(new ProjectionQuery("thing") { Where = ("name", "it's") }).Select(r => r.Id));
        Assert.Empty(Projection.List(new ProjectionQuery("other")));
    }

    [Fact]
    public async Task RemovedObject_LeavesATombstoneForFollowers()
    {
        await WriteAsync(Row("1", 1, "n"));
        var snapshot = Projection.Snapshot("thing");
        await WriteAsync(new ProjectedChange { Kind = "thing", Id = "1", Revision = 2 });

        Assert.Single(snapshot.Rows);
        Assert.Null(Projection.Get("thing", "1"));
        var followed = await FirstAsync(snapshot.ChangeSeq);
        Assert.True(followed.Removed);
        Assert.Equal("1", followed.Id);
    }

    [Fact]
    public async Task Follower_SeesAChangeThatComesWhileItWaits()
    {
        var next = FirstAsync(Projection.Snapshot("thing").ChangeSeq);
        Assert.False(next.IsCompleted);

        await WriteAsync(Row("1", 1, "n"));

        Assert.Equal("1", (await next).Id);
    }

    private async Task<ProjectedRow> FirstAsync(long changeSeq)
    {
        await foreach (var row in Projection.FollowAsync("thing", changeSeq, TestEnd))
        {
            return row;
        }

        throw new InvalidOperationException("Following never ends.");
    }

    private static ProjectedChange Row(string id, long revision, string nodeId, string name = "a") =>
        new() { Kind = "thing", Id = id, NodeId = nodeId, Revision = revision, Value = new Thing(name, 1) };

    private async Task WriteAsync(params ProjectedChange[] rows)
    {
        var change = rows.Aggregate(new Change(), (c, row) => c.Project(row));
        var record = OutboxRecord.From(change, "r", ++_commitSeq, DateTimeOffset.UnixEpoch);
        await _bench.Relay.MoveAsync([record], TestEnd);
    }
}
