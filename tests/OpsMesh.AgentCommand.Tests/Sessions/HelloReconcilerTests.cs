using OpsMesh.AgentCommand.Fakes;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Testing;

namespace OpsMesh.AgentCommand.Sessions;

public sealed class HelloReconcilerTests : IAsyncDisposable
{
    private const string Other = "01890a5d-ac96-774b-bcce-000000000002";

    private readonly ManualClock _clock = new();
    private readonly Bench _bench;

    public HelloReconcilerTests() => _bench = new Bench(_clock);

    [Fact]
    public async Task JournalledEnd_IsCommittedThenAcknowledged()
    {
        _bench.Ledger.Put(Some.Command());

        var result = await ReconcileAsync(Some.Progress(CommandState.Interrupted, "INTERRUPTED"));

        Assert.Equal([Some.CommandId], result.AckedResults);
        Assert.Empty(result.Open);
        Assert.Equal(CommandState.Interrupted, _bench.Ledger[Some.CommandId].State);
    }

    [Fact]
    public async Task EndOfAForgottenCommand_IsAcknowledged() =>
        Assert.Equal([Other], (await ReconcileAsync(Some.Progress(CommandState.Succeeded, "DONE", Other))).AckedResults);

    [Fact]
    public async Task JournalledButNotFinal_IsTakenOverAndFollowedAgain()
    {
        _bench.Ledger.Put(Some.Command());

        var result = await ReconcileAsync(Some.Progress(CommandState.Started));

        Assert.Empty(result.AckedResults);
        Assert.Equal(CommandState.Started, Assert.Single(result.Open).State);
    }

    [Fact]
    public async Task NeverJournalled_IsOfferedAgainUntilItExpires()
    {
        _bench.Ledger.Put(Some.Command());
        _bench.Ledger.Put(Some.Command(CommandState.Accepted, Other));

        Assert.Equal([Some.CommandId, Other], (await ReconcileAsync()).Open.Select(command => command.CommandId));

        _clock.Advance(TimeSpan.FromMinutes(15));

        Assert.Empty((await ReconcileAsync()).Open);
        Assert.Equal(CommandState.Expired, _bench.Ledger[Some.CommandId].State);
        Assert.Equal(CommandState.Expired, _bench.Ledger[Other].State);
    }

    [Fact]
    public async Task CommandOfAnotherNode_IsNotTouched()
    {
        _bench.Ledger.Put(Some.Command() with { NodeId = Some.OtherNode });

        await ReconcileAsync(Some.Progress(CommandState.Succeeded, "DONE"));

        Assert.Equal(CommandState.Offered, _bench.Ledger[Some.CommandId].State);
    }

    [Theory]
    [InlineData(1, 1, "", false)]
    [InlineData(1, 2, "", true)]
    [InlineData(2, 1, "", true)]
    [InlineData(1, 1, "abc", true)]
    public async Task StoredStates_AreComparedWithWhatTheDaemonHas(ulong epoch, ulong seq, string digest, bool needFull)
    {
        _bench.Agents.Documents[Some.Node] = _bench.Agents.Documents[Some.Node] with { Digest = "def" };
        var hello = new NodeHello { NodeId = Some.Node, DaemonEpoch = epoch, StateSeq = seq, StateDigest = digest };

        Assert.Equal(needFull, (await ReconcileAsync(hello)).NeedFullState);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private Task<Reconciliation> ReconcileAsync(params CommandProgress[] journal) =>
        ReconcileAsync(new NodeHello { NodeId = Some.Node, DaemonEpoch = 1, StateSeq = 1, Journal = { journal } });

    private async Task<Reconciliation> ReconcileAsync(NodeHello hello) =>
        (await new HelloReconciler(_bench.Ledger, _bench.Agents, _bench.Ends, _clock).ReconcileAsync(hello, TestContext.Current.CancellationToken)).Value!;
}
