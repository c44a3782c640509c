using Google.Protobuf.WellKnownTypes;
using OpsMesh.AgentCommand.Fakes;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Ledger;

public sealed class CommandMachineTests
{
    private static readonly DateTimeOffset BeforeExpiry = Some.Noon.AddMinutes(14);
    private static readonly DateTimeOffset AfterExpiry = Some.Noon.AddMinutes(15);

    [Theory]
    [InlineData(CommandState.Accepted, CommandState.Received, CommandState.Received)]
    [InlineData(CommandState.Offered, CommandState.Received, CommandState.Received)]
    [InlineData(CommandState.Offered, CommandState.Succeeded, CommandState.Succeeded)]
    [InlineData(CommandState.Received, CommandState.Started, CommandState.Started)]
    [InlineData(CommandState.Started, CommandState.Interrupted, CommandState.Interrupted)]
    [InlineData(CommandState.Offered, CommandState.Expired, CommandState.Expired)]
    public void Report_MovesForward(CommandState from, CommandState reported, CommandState to) =>
        Assert.Equal(to, CommandMachine.Report(Some.Command(from), Some.Progress(reported))?.State);

    [Theory]
    [InlineData(CommandState.Started, CommandState.Received)]
    [InlineData(CommandState.Offered, CommandState.Accepted)]
    [InlineData(CommandState.Offered, CommandState.Offered)]
    [InlineData(CommandState.Offered, CommandState.Unspecified)]
    [InlineData(CommandState.Offered, CommandState.Unknown)]
    [InlineData(CommandState.Offered, (CommandState)99)]
    [InlineData(CommandState.Succeeded, CommandState.Failed)]
    [InlineData(CommandState.Expired, CommandState.Succeeded)]
    [InlineData(CommandState.Unknown, CommandState.Started)]
    public void Report_NeverMovesBackNorOutOfAFinalState(CommandState from, CommandState reported) =>
        Assert.Null(CommandMachine.Report(Some.Command(from), Some.Progress(reported)));

    [Fact]
    public void LateReport_StillBringsATimeThatWasMissing()
    {
        var report = Some.Progress(CommandState.Received);
        report.ReceivedAt = Some.Noon.AddSeconds(1).ToTimestamp();

        var changed = CommandMachine.Report(Some.Command(CommandState.Started), report);

        Assert.Equal((CommandState.Started, Some.Noon.AddSeconds(1)), (changed?.State, changed?.ReceivedAt));
    }

    [Fact]
    public void FinalReport_CarriesOutcomeMessageAndTime()
    {
        var report = Some.Progress(CommandState.Failed, "EXITED_AT_ONCE");
        report.Message = "exit code 1";
        report.FinishedAt = Some.Noon.AddSeconds(2).ToTimestamp();

        var changed = CommandMachine.Report(Some.Command(CommandState.Started), report)!;

        Assert.Equal(("EXITED_AT_ONCE", "exit code 1", Some.Noon.AddSeconds(2)), (changed.Outcome, changed.Message, changed.FinishedAt!.Value));
    }

    [Theory]
    [InlineData(CommandState.Accepted, false, true)]
    [InlineData(CommandState.Accepted, true, true)]
    [InlineData(CommandState.Offered, false, false)]
    [InlineData(CommandState.Offered, true, true)]
    [InlineData(CommandState.Received, true, false)]
    [InlineData(CommandState.Started, true, false)]
    [InlineData(CommandState.Succeeded, true, false)]
    public void PastItsTime_ExpiresOnlyWhatNoNodeCanHaveTaken(CommandState state, bool neverTookIt, bool expires)
    {
        var changed = CommandMachine.Expire(Some.Command(state), neverTookIt, AfterExpiry);

        Assert.Equal(expires ? CommandState.Expired : null, changed?.State);
        Assert.Null(CommandMachine.Expire(Some.Command(state), neverTookIt, BeforeExpiry));
    }

    [Fact]
    public void Offer_HappensOnceAndBeforeExpiry()
    {
        Assert.Equal(CommandState.Offered, CommandMachine.Offer(Some.Command(CommandState.Accepted), BeforeExpiry)?.State);
        Assert.Null(CommandMachine.Offer(Some.Command(CommandState.Accepted), AfterExpiry));
        Assert.Null(CommandMachine.Offer(Some.Command(CommandState.Received), BeforeExpiry));
    }

    [Theory]
    [InlineData(Reasons.LocalPolicy, CommandState.Failed)]
    [InlineData(Reasons.CommandExpired, CommandState.Expired)]
    public void NodesRefusal_EndsAnOffer(string reason, CommandState to)
    {
        var refusal = new Failure(FailureKind.Denied, reason, "no");

        Assert.Equal((to, reason), (CommandMachine.Refuse(Some.Command(), refusal, BeforeExpiry)?.State, CommandMachine.Refuse(Some.Command(), refusal, BeforeExpiry)?.Outcome));
        Assert.Null(CommandMachine.Refuse(Some.Command(CommandState.Started), refusal, BeforeExpiry));
    }

    [Fact]
    public void SevenDaysOfSilence_EndAsUnknown()
    {
        Assert.Equal(CommandState.Unknown, CommandMachine.GiveUp(Some.Command(CommandState.Started), Some.Noon.AddDays(7))?.State);
        Assert.Null(CommandMachine.GiveUp(Some.Command(CommandState.Started), Some.Noon.AddDays(6)));
        Assert.Null(CommandMachine.GiveUp(Some.Command(CommandState.Accepted), Some.Noon.AddDays(8)));
    }
}
