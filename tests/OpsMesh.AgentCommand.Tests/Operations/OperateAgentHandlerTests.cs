using OpsMesh.AgentCommand.Fakes;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Operations;

public sealed class OperateAgentHandlerTests : IAsyncDisposable
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task NodeIsHere_AnswersTheEndAfterTwoCommits()
    {
        await _bench.ConnectAsync();
        _bench.Daemon.Answers(
            Some.Progress(CommandState.Received), Some.Progress(CommandState.Started), Some.Progress(CommandState.Succeeded, "DONE"));

        var outcome = await _bench.OperateAsync();

        Assert.Equal((CommandState.Succeeded, "DONE"), (outcome.Value!.State, outcome.Value.Outcome));
        Assert.Equal([CommandState.Offered, CommandState.Succeeded], _bench.Ledger.Commits.Select(commit => commit.State));
    }

    [Fact]
    public async Task Envelope_NamesNodeAgentPrincipalAndLimits()
    {
        await _bench.ConnectAsync();
        _bench.Daemon.Answers(Some.Progress(CommandState.Succeeded, "DONE"));

        var outcome = await _bench.OperateAsync(operation: "stop");

        var payload = Assert.Single(_bench.Daemon.Offered);
        Assert.Equal((outcome.Value!.CommandId, Some.Node, "operator/ann"), (payload.CommandId, payload.NodeId, payload.Principal));
        Assert.Equal((Some.Agent, "stop"), (payload.Operate.AgentId, payload.Operate.Operation));
        Assert.Equal((900, 600), (payload.Ttl.Seconds, payload.RunTimeout.Seconds));
    }

    [Fact]
    public async Task NodeIsAway_StaysAcceptedAndIsDeliveredWhenItComes()
    {
        _bench.Operations.AnswerWithin = TimeSpan.FromMilliseconds(50);

        var pending = (await _bench.OperateAsync()).Value!;
        Assert.Equal(CommandState.Accepted, pending.State);

        using var watch = _bench.Ends.WatchFor(pending.CommandId);
        _bench.Daemon.Answers(Some.Progress(CommandState.Succeeded, "DONE"));
        await _bench.ConnectAsync();
        var ended = await watch.Ended.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(CommandState.Succeeded, ended.State);
        Assert.Equal(
            [CommandState.Accepted, CommandState.Offered, CommandState.Succeeded], _bench.Ledger.Commits.Select(commit => commit.State));
    }

    [Fact]
    public async Task SameKey_AnswersTheFirstCommand()
    {
        await _bench.ConnectAsync();
        _bench.Daemon.Answers(Some.Progress(CommandState.Succeeded, "DONE"));

        var first = await _bench.OperateAsync("key-1");
        var second = await _bench.OperateAsync("key-1");
        var other = await _bench.OperateAsync("key-1", "stop");

        Assert.Equal(first.Value, second.Value);
        Assert.Single(_bench.Daemon.Offered);
        Assert.Equal(Reasons.IdempotencyMismatch, other.Failure?.Reason);
    }

    [Fact]
    public async Task UnknownAgentOrNode_IsNotFound()
    {
        Assert.Equal(Reasons.AgentUnknown, (await _bench.OperateAsync(agent: "nobody")).Failure?.Reason);
        Assert.Equal(Reasons.NodeUnknown, (await _bench.OperateAsync(node: Some.OtherNode)).Failure?.Reason);
        Assert.Empty(_bench.Ledger.Commits);
    }

    [Fact]
    public async Task StoreDown_IsToldAndNothingIsOffered()
    {
        await _bench.ConnectAsync();
        _bench.Ledger.Down = true;

        Assert.Equal(Reasons.StoreUnavailable, (await _bench.OperateAsync()).Failure?.Reason);
        Assert.Empty(_bench.Daemon.Offered);
    }

    [Fact]
    public async Task ProcessStops_AnswersWhatIsKnown()
    {
        var asked = _bench.OperateAsync();
        _bench.StopApplication();

        var outcome = await asked.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(CommandState.Accepted, outcome.Value!.State);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();
}
