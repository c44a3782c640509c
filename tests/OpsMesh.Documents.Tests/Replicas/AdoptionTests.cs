using OpsMesh.Testing;

namespace OpsMesh.DocumentStore.Replicas;

public sealed class AdoptionTests
{
    private readonly ManualClock _clock = new();
    private readonly MemoryStateStore _store;

    public AdoptionTests() => _store = new MemoryStateStore(_clock);

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SlotsOfADeadReplica_AreRelayedAndTheMemberRemoved()
    {
        await using (var dead = await new Bench(_store, _clock).JoinAsync())
        {
            await dead.Documents.CommitAsync(Thing.Grow(dead.Documents), TestEnd);
            await dead.Documents.CommitAsync(Thing.Grow(dead.Documents), TestEnd);
        }

        await using var heir = await new Bench(_store, _clock).JoinAsync();
        Assert.Equal(0, await heir.Adoption.AdoptAsync(TestEnd));
        Assert.Null(heir.Projection.Get("thing", "1"));

        // The lease runs out; the heir's own is renewed meanwhile.
        await heir.Lease.StopAsync(TestEnd);
        _clock.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(2, await heir.Adoption.AdoptAsync(TestEnd));
        Assert.Equal(2, heir.Projection.Get("thing", "1")?.Read<Thing>().Size);
        Assert.DoesNotContain(_store.Keys, k => k.StartsWith("outbox:", StringComparison.Ordinal));
        Assert.Equal(2, (await MembersAsync(heir)).Count);

        Assert.Equal(0, await heir.Adoption.AdoptAsync(TestEnd));
        Assert.Equal([heir.Identity.Id], (await MembersAsync(heir)).Select(m => m.Id));
    }

    [Fact]
    public void ProcessThatEnded_IsKnownDead()
    {
        Assert.False(ProcessPlace.Current.IsKnownDead);
        Assert.True((ProcessPlace.Current with { Pid = int.MaxValue }).IsKnownDead);
        Assert.True((ProcessPlace.Current with { StartTime = 1 }).IsKnownDead);
        Assert.False((ProcessPlace.Current with { Host = "elsewhere", Pid = int.MaxValue }).IsKnownDead);
        Assert.False((ProcessPlace.Current with { Host = "", Pid = int.MaxValue }).IsKnownDead);
    }

    [Fact]
    public void Rendezvous_MovesOnlyWhatTheLostOneHad()
    {
        string[] three = ["a", "b", "c"];
        var subjects = Enumerable.Range(0, 300).Select(i => $"s{i}").ToList();

        var before = subjects.ToDictionary(s => s, s => Rendezvous.Choose(s, three));
        var after = subjects.ToDictionary(s => s, s => Rendezvous.Choose(s, ["a", "c"]));

        Assert.All(subjects.Where(s => before[s] != "b"), s => Assert.Equal(before[s], after[s]));
        Assert.Equal(3, before.Values.Distinct().Count());
    }

    private async Task<IReadOnlyList<Member>> MembersAsync(Bench bench) => await Members.ReadAsync(_store, bench.Identity, TestEnd);
}
