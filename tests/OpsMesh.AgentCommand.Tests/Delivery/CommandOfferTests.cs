using OpsMesh.AgentCommand.Fakes;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Delivery;

public sealed class CommandOfferTests : IAsyncDisposable
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task NodeUnreachable_IsOfferedAgain()
    {
        await _bench.ConnectAsync();
        _bench.Daemon.Refuses(new Failure(FailureKind.Unavailable, Reasons.NodeUnreachable, "away"));
        _bench.Daemon.Answers(Some.Progress(CommandState.Received));

        _bench.Operations.AnswerWithin = TimeSpan.FromMilliseconds(300);
        var outcome = await _bench.OperateAsync();

        Assert.Equal(2, _bench.Daemon.Offered.Count);
        Assert.False(outcome.Value!.IsFinal);
        Assert.Single(_bench.Daemon.Offered.Select(payload => payload.CommandId).Distinct());
    }

    [Theory]
    [InlineData(FailureKind.Denied, Reasons.LocalPolicy, CommandState.Failed)]
    [InlineData(FailureKind.NotFound, Reasons.AgentUnknown, CommandState.Failed)]
    [InlineData(FailureKind.Conflict, Reasons.CommandExpired, CommandState.Expired)]
    public async Task NodeRefuses_EndsTheCommandWithItsReason(FailureKind kind, string reason, CommandState state)
    {
        await _bench.ConnectAsync();
        _bench.Daemon.Refuses(new Failure(kind, reason, "no"));

        var outcome = await _bench.OperateAsync();

        Assert.Equal((state, reason), (outcome.Value!.State, outcome.Value.Outcome));
    }

    [Fact]
    public async Task LongCommand_IsWrittenInBetween()
    {
        await _bench.ConnectAsync();
        _bench.Daemon.Answers(Some.Progress(CommandState.Received), Some.Progress(CommandState.Started));
        _bench.Operations.AnswerWithin = TimeSpan.FromSeconds(2);

        await _bench.OperateAsync();

        Assert.Equal([CommandState.Offered, CommandState.Started], _bench.Ledger.Commits.Select(commit => commit.State));
    }

    [Fact]
    public async Task NewSession_TakesTheOpenCommandOver()
    {
        await _bench.ConnectAsync();
        _bench.Daemon.Answers(Some.Progress(CommandState.Received));
        var asked = _bench.OperateAsync();
        await _bench.Daemon.TakenAsync(TestContext.Current.CancellationToken);

        _bench.Daemon.Answers(Some.Progress(CommandState.Succeeded, "DONE"));
        await _bench.ConnectAsync(Bench.Hello(epoch: 2));

        Assert.Equal(CommandState.Succeeded, (await asked).Value!.State);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();
}
