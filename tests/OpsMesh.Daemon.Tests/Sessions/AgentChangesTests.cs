using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Sessions;

public sealed class AgentChangesTests
{
    [Fact]
    public void FirstIsASnapshot_ThenOnlyWhatChanged()
    {
        var changes = new AgentChanges("n", 3);
        var a = new AgentState { AgentId = "a", Pid = 1, LastHeartbeat = 1 };
        var b = new AgentState { AgentId = "b", Pid = 2 };

        var first = changes.Next([a, b]);
        var none = changes.Next([new AgentState(a) { LastHeartbeat = 99 }, b]);
        var second = changes.Next([a, new AgentState(b) { Pid = 3 }]);
        var third = changes.Next([a]);

        Assert.True(first!.Snapshot);
        Assert.Equal((3ul, 1ul, 2), (first.Epoch, first.Seq, first.States.Count));
        Assert.Null(none);
        Assert.False(second!.Snapshot);
        Assert.Equal((2ul, 3), (second.Seq, Assert.Single(second.States).Pid));
        Assert.Equal((3ul, "b"), (third!.Seq, Assert.Single(third.Removed)));
        Assert.NotEqual(first.Digest, second.Digest);
        Assert.Equal((3ul, third.Digest), changes.Last);
    }

    [Fact]
    public void NodeWithoutAgents_SaysSoOnce()
    {
        var changes = new AgentChanges("n", 1);

        var first = changes.Next([]);
        var second = changes.Next([]);
        changes.NeedSnapshot();
        var third = changes.Next([]);

        Assert.True(first!.Snapshot);
        Assert.Null(second);
        Assert.True(third!.Snapshot);
    }
}
