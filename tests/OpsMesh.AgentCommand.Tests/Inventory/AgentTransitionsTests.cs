using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Inventory;

public sealed class AgentTransitionsTests
{
    [Theory]
    [InlineData(AgentStatus.Stopped, AgentStatus.Running, 1, "started")]
    [InlineData(AgentStatus.Starting, AgentStatus.Running, 0, "started")]
    [InlineData(AgentStatus.Running, AgentStatus.Running, 0, null)]
    [InlineData(AgentStatus.Running, AgentStatus.Running, 1, "started")]
    [InlineData(AgentStatus.Running, AgentStatus.Stopping, 0, null)]
    [InlineData(AgentStatus.Stopping, AgentStatus.Stopped, 0, "stopped")]
    [InlineData(AgentStatus.Running, AgentStatus.Exited, 0, "stopped")]
    [InlineData(AgentStatus.Running, AgentStatus.Backoff, 0, "crashed")]
    [InlineData(AgentStatus.Backoff, AgentStatus.Backoff, 1, "crashed")]
    [InlineData(AgentStatus.Backoff, AgentStatus.CrashLoop, 0, null)]
    [InlineData(AgentStatus.Backoff, AgentStatus.Stopped, 0, null)]
    [InlineData(AgentStatus.Starting, AgentStatus.Failed, 0, "crashed")]
    [InlineData(AgentStatus.Running, AgentStatus.Unknown, 0, null)]
    public void ChangeOfStatus_IsWorthThisEvent(AgentStatus from, AgentStatus to, int moreStarts, string? verb)
    {
        var before = new AgentRecord { Status = from, Generation = 3 };
        var after = new AgentRecord { Status = to, Generation = 3 + (ulong)moreStarts };

        Assert.Equal(verb is null ? [] : [verb], AgentTransitions.Between(before, after));
    }

    [Theory]
    [InlineData(AgentHealth.Starting, AgentHealth.Unhealthy, "unhealthy")]
    [InlineData(AgentHealth.Unhealthy, AgentHealth.Healthy, "healthy")]
    [InlineData(AgentHealth.Starting, AgentHealth.Healthy, null)]
    [InlineData(AgentHealth.Unhealthy, AgentHealth.Unhealthy, null)]
    public void ChangeOfHealth_IsWorthThisEvent(AgentHealth from, AgentHealth to, string? verb) =>
        Assert.Equal(verb is null ? [] : [verb], AgentTransitions.Between(new AgentRecord { Health = from }, new AgentRecord { Health = to }));

    [Fact]
    public void NewAndGoneAgents_AreTold()
    {
        var running = new AgentRecord { Status = AgentStatus.Running };

        Assert.Equal(["started"], AgentTransitions.Between(null, running));
        Assert.Empty(AgentTransitions.Between(null, new AgentRecord { Status = AgentStatus.Stopped }));
        Assert.Equal(["removed"], AgentTransitions.Between(running, null));
    }
}
