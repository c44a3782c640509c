using OpsMesh.AgentCommand.Fakes;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Inventory;

public sealed class SyncDeciderTests
{
    private static readonly DateTimeOffset Now = Some.Noon;

    [Fact]
    public void FirstSnapshot_IsStoredWithItsTimeAndStartsAreEvents()
    {
        var verdict = Decide(null, Snapshot(1, 1, Some.AgentState("a"), Some.AgentState("b", AgentStatus.Stopped)));

        Assert.Equal(["a", "b"], verdict.Next!.Agents.Keys);
        Assert.Equal(Now.ToUnixTimeSeconds(), verdict.Next.Agents["a"].LastSyncTime);
        Assert.Equal([("started", "a", 1L)], verdict.Events.Select(e => (e.Verb, e.AgentId, e.NodeSeq)));
        Assert.Equal((true, false, 1UL), (verdict.Response.Success, verdict.Response.NeedFull, verdict.Response.AckedSeq));
    }

    [Fact]
    public void EmptySnapshot_MeansNoAgents()
    {
        var verdict = Decide(Stored(1, 5, Some.AgentState("a")), Snapshot(1, 6));

        Assert.Empty(verdict.Next!.Agents);
        Assert.Equal("removed", Assert.Single(verdict.Events).Verb);
    }

    [Fact]
    public void Delta_PatchesAndRemoves()
    {
        var delta = Delta(1, 6, Some.AgentState("b"));
        delta.Removed.Add("a");

        var verdict = Decide(Stored(1, 5, Some.AgentState("a"), Some.AgentState("c")), delta);

        Assert.Equal(["b", "c"], verdict.Next!.Agents.Keys);
    }

    [Theory]
    [InlineData(1, 7, 5UL)]
    [InlineData(2, 6, 0UL)]
    public void DeltaAfterAGapOrInANewEpoch_AsksForASnapshot(ulong epoch, ulong seq, ulong acked)
    {
        var verdict = Decide(Stored(1, 5, Some.AgentState("a")), Delta(epoch, seq, Some.AgentState("a")));

        Assert.Null(verdict.Next);
        Assert.Equal((true, acked), (verdict.Response.NeedFull, verdict.Response.AckedSeq));
    }

    [Theory]
    [InlineData(2, 4, true, 5UL)]
    [InlineData(2, 4, false, 5UL)]
    [InlineData(2, 5, false, 5UL)]
    [InlineData(1, 9, true, 9UL)]
    public void OlderThanStored_IsAcknowledgedAndLeftAlone(ulong epoch, ulong seq, bool snapshot, ulong acked)
    {
        var request = Snapshot(epoch, seq, Some.AgentState("z"));
        request.Snapshot = snapshot;

        var verdict = Decide(Stored(2, 5, Some.AgentState("a")), request);

        Assert.Null(verdict.Next);
        Assert.Equal((true, false, acked), (verdict.Response.Success, verdict.Response.NeedFull, verdict.Response.AckedSeq));
    }

    [Fact]
    public void LowerEpoch_IsTakenOnceANewerRegistrationVouchesForIt()
    {
        var stored = Stored(9, 5, Some.AgentState("a")) with { SessionEpoch = 3 };

        Assert.Null(SyncDecider.Decide(stored, Snapshot(1, 1), sessionEpoch: 3, Now).Next);
        Assert.Equal(1UL, SyncDecider.Decide(stored, Snapshot(1, 1), sessionEpoch: 4, Now).Next?.Epoch);
    }

    [Fact]
    public void Type_IsKeptFromTheFirstSync()
    {
        var changed = Some.AgentState("a");
        changed.Type = "other";

        Assert.Equal("game-server", Decide(Stored(1, 5, Some.AgentState("a")), Delta(1, 6, changed)).Next!.Agents["a"].Type);
    }

    [Fact]
    public void BadItems_AreRefusedOneByOneAndDoNotRemoveTheAgent()
    {
        var bad = Some.AgentState("a");
        bad.Status = (AgentStatus)42;
        var negative = Some.AgentState("n");
        negative.Pid = -1;

        var verdict = Decide(
            Stored(1, 5, Some.AgentState("a")),
            Snapshot(1, 6, bad, Some.AgentState("../etc"), Some.AgentState("tmp"), negative, Some.AgentState("fine"), Some.AgentState("twice"), Some.AgentState("twice")));

        Assert.Equal(["a", "fine"], verdict.Next!.Agents.Keys);
        Assert.Equal(
            [("a", Reasons.UnknownEnum), ("../etc", Reasons.NameCharset), ("tmp", Reasons.NameCharset), ("n", Reasons.OutOfRange), ("twice", Reasons.FieldFormat)],
            verdict.Response.Results.Select(r => (r.AgentId, r.Reason)));
        Assert.False(verdict.Response.Success);
    }

    [Fact]
    public void Restart_IsAStartThatCarriesTheCommandsTrace()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var restarted = Some.AgentState("a", generation: 2);
        restarted.Traceparent = Trace;

        var verdict = Decide(Stored(1, 5, Some.AgentState("a")), Delta(1, 6, restarted));

        var happened = Assert.Single(verdict.Events);
        Assert.Equal(("started", Trace, 2UL), (happened.Verb, happened.Traceparent, happened.Data.Generation));
    }

    [Fact]
    public void NodeSeq_GoesOnFromTheStoredCount()
    {
        var stored = Stored(1, 5, Some.AgentState("a")) with { NodeSeq = 10 };

        var verdict = Decide(stored, Delta(1, 6, Some.AgentState("a", AgentStatus.Stopped), Some.AgentState("b")));

        Assert.Equal([11L, 12L], verdict.Events.Select(e => e.NodeSeq));
        Assert.Equal(12, verdict.Next!.NodeSeq);
    }

    private static SyncVerdict Decide(AgentsDocument? stored, SyncAgentStatesRequest request) =>
        SyncDecider.Decide(stored, request, sessionEpoch: 0, Now);

    private static AgentsDocument Stored(ulong epoch, ulong seq, params AgentState[] states) =>
        Decide(null, Snapshot(epoch, seq, states)).Next! with { NodeSeq = 0 };

    private static SyncAgentStatesRequest Snapshot(ulong epoch, ulong seq, params AgentState[] states) =>
        new() { NodeId = Some.Node, Epoch = epoch, Seq = seq, Snapshot = true, States = { states } };

    private static SyncAgentStatesRequest Delta(ulong epoch, ulong seq, params AgentState[] states) =>
        new() { NodeId = Some.Node, Epoch = epoch, Seq = seq, States = { states } };
}
