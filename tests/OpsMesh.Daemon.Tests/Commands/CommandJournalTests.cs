using Google.Protobuf.WellKnownTypes;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Testing;

namespace OpsMesh.Daemon.Commands;

public sealed class CommandJournalTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task BegunAndNotEnded_IsInterruptedForTheNextDaemonAndToldUntilAcknowledged()
    {
        using var folder = new TestFolder();
        await using (var journal = await OpenAsync(folder))
        {
            var entry = await ReceiveAsync(journal, "c1");
            await journal.ProgressAsync(At(entry, CommandState.Started), Token);
        }

        await using (var second = await OpenAsync(folder))
        {
            Assert.Equal(CommandState.Interrupted, second.Find("c1")!.Progress.State);
            Assert.Equal("c1", Assert.Single(second.Unsettled()).CommandId);
            await second.AckAsync(["c1"], Token);
            Assert.Empty(second.Unsettled());
        }

        await using var third = await OpenAsync(folder);
        Assert.Empty(third.Unsettled());
        Assert.Equal(CommandState.Interrupted, third.Find("c1")!.Progress.State);
    }

    [Fact]
    public async Task ReceivedAndNotBegun_WaitsForTheNextDaemon()
    {
        using var folder = new TestFolder();
        await using (var journal = await OpenAsync(folder))
        {
            await ReceiveAsync(journal, "c1");
        }

        await using var second = await OpenAsync(folder);

        Assert.Equal("game", Assert.Single(second.Waiting).Payload.Operate.AgentId);
    }

    [Fact]
    public async Task SameIdTwice_IsNewOnce()
    {
        using var folder = new TestFolder();
        await using var journal = await OpenAsync(folder);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => journal.ReceiveAsync(Payload("c1"))));

        Assert.Single(outcomes, o => o.Value.IsNew);
    }

    [Fact]
    public async Task AcknowledgedAndLongExpired_IsForgotten()
    {
        using var folder = new TestFolder();
        await using (var journal = await OpenAsync(folder))
        {
            foreach (var id in (string[])["acked", "open"])
            {
                var entry = await ReceiveAsync(journal, id);
                await journal.ProgressAsync(At(entry, CommandState.Succeeded), Token);
            }

            await journal.AckAsync(["acked"], Token);
        }

        _clock.Advance(TimeSpan.FromHours(2));
        await using var second = await OpenAsync(folder);

        Assert.Null(second.Find("acked"));
        Assert.NotNull(second.Find("open"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static CommandProgress At(CommandEntry entry, CommandState state) => new(entry.Progress) { State = state };

    private Task<CommandJournal> OpenAsync(TestFolder folder) => CommandJournal.OpenAsync(folder.Root, 1, _clock, Token);

    private async Task<CommandEntry> ReceiveAsync(CommandJournal journal, string id) => (await journal.ReceiveAsync(Payload(id))).Value.Entry;

    private CommandPayload Payload(string id) => new()
    {
        CommandId = id,
        NodeId = "n",
        IssuedAt = _clock.GetUtcNow().ToTimestamp(),
        Operate = new OperateAgentAction { AgentId = "game", Operation = "restart" },
    };
}
