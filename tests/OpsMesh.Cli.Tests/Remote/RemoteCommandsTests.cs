using System.Net;
using OpsMesh.Testing;

namespace OpsMesh.Cli.Remote;

public sealed class RemoteCommandsTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _notes = new() { NewLine = "\n" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _output.Dispose();
        _notes.Dispose();
    }

    [Fact]
    public async Task Nodes_AreATableThatLinesUp()
    {
        var console = new FakeConsole().On("/nodes", """
            {"nodes":[{"node_id":"id-2","hostname":"node-2","state":"NODE_STATE_SUSPECT","labels":{"zone":"b"},"daemon_version":"0.1.0","last_heartbeat":"2029-12-31T23:59:42Z"},
                      {"node_id":"id-1","hostname":"n\u001b1","state":"NODE_STATE_ONLINE","labels":{},"daemon_version":"0.1.0"}],"next_cursor":""}
            """);
        using var client = FakeConsole.Client(console);

        await NodesCommand.RunAsync(client, json: false, _output, _clock, Cancelled);

        Assert.Equal(
            """
            NODE    STATE    LABELS  HEARTBEAT  VERSION  ID
            n\e1    online           none yet   0.1.0    id-1
            node-2  suspect  zone=b  18 s ago   0.1.0    id-2

            """.ReplaceLineEndings("\n"),
            _output.ToString());
        Assert.Equal("Bearer opm_t", console.Bearer);
    }

    [Fact]
    public async Task Json_IsOneObjectALine()
    {
        var console = new FakeConsole().On("/nodes/node-1/agents", """{"agents":[{"id":"a"},{"id":"b"}],"next_cursor":""}""");
        using var client = FakeConsole.Client(console);

        await AgentsCommand.RunAsync(client, "node-1", json: true, _output, _clock, Cancelled);

        Assert.Equal("{\"id\":\"a\"}\n{\"id\":\"b\"}\n", _output.ToString());
    }

    [Theory]
    [InlineData("true", 0)]
    [InlineData("false", 1)]
    public async Task Operation_TellsItsOutcomeAndExitsByIt(string success, int exitCode)
    {
        var console = new FakeConsole().On("/nodes/node-1/agents/game:restart", $$"""{"success":{{success}},"outcome":"DONE","message":"pid 7","command_id":"c1"}""");
        using var client = FakeConsole.Client(console);

        var code = await OperateCommand.RunAsync(client, "restart", "node-1", "game", json: false, _output, _notes, Cancelled);

        Assert.Equal((exitCode, "DONE: pid 7  (command c1)\n"), (code, _output.ToString()));
        Assert.Contains("idempotency_key", console.Asked.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_IsOneLineWithReasonAndField()
    {
        var console = new FakeConsole().On("/nodes/x/agents", """{"status":404,"reason":"NODE_UNKNOWN","detail":"No node.","field":"node_id"}""", HttpStatusCode.NotFound);
        using var client = FakeConsole.Client(console);

        var refused = await Assert.ThrowsAsync<CliException>(() => AgentsCommand.RunAsync(client, "x", json: false, _output, _clock, Cancelled));

        Assert.Equal(("NODE_UNKNOWN: No node. (field node_id)", 1), (refused.Message, refused.ExitCode));
    }

    [Theory]
    [InlineData("cpu", "type=cpu&value_name=usage_percent")]
    [InlineData("cpu.user_percent", "type=cpu&value_name=user_percent")]
    [InlineData("agent:my.app.rss_bytes", "type=agent:my.app&value_name=rss_bytes")]
    [InlineData("agent:my.app", "type=agent:my.app&value_name=cpu_percent")]
    public async Task Metric_IsFoundWhereItsNameHasDots(string metric, string query)
    {
        using var client = FakeConsole.Client(Metrics(out var console));

        await MetricsCommand.RunAsync(client, "node-1", metric, TimeSpan.FromMinutes(5), json: false, _output, _clock, Cancelled);

        Assert.Contains(query, console.Asked[^1], StringComparison.Ordinal);
        Assert.Contains("start=2029-12-31T23:55:00.000Z&end=2030-01-01T00:00:00.000Z&step=5s", console.Asked[^1], StringComparison.Ordinal);
        Assert.Contains("max ", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownMetric_SaysWhichThereAre()
    {
        using var client = FakeConsole.Client(Metrics(out _));

        var refused = await Assert.ThrowsAsync<CliException>(() =>
            MetricsCommand.RunAsync(client, "node-1", "gpu", TimeSpan.FromMinutes(5), json: false, _output, _clock, Cancelled));

        Assert.Equal("node node-1 measures no 'gpu': it has agent:my.app, cpu", refused.Message);
    }

    [Fact]
    public async Task LogLines_AreSafeAndGapsAreTold()
    {
        const string Events = """
            : hello

            event: message
            data: {"batch":{"lines":[],"cursor":"1"}}

            event: message
            data: {"batch":{"gap":{"from_offset":"0","to_offset":"9","lines":"3","reason":"QUOTA"},"lines":[{"offset":"9","text":"a\u001b[2Jb"},{"offset":"12","text":"c"}]}}


            """;
        var console = new FakeConsole().OnStream("/nodes/node-1/agents/chat/logs:follow", Events.ReplaceLineEndings("\n"));
        using var client = FakeConsole.Client(console);

        await LogsCommand.RunAsync(client, () => Task.FromResult(FakeConsole.Client(console)), new LogWish("node-1", "chat", false, 5, "x y", null, false), new LogPrinter(_output, _notes, false, false), _clock, Cancelled);

        Assert.Equal(("a\\e[2Jb\nc\n", "-- 3 lines are missing here: QUOTA\n"), (_output.ToString(), _notes.ToString()));
        Assert.Contains("tail=5&follow=false&contains=x y", console.Asked.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StreamThatFails_EndsWithItsReason()
    {
        var console = new FakeConsole().OnStream(
            "/nodes/n/agents/a/logs:follow", "event: error\ndata: {\"status\":503,\"reason\":\"NODE_UNREACHABLE\",\"detail\":\"No way.\"}\n\n");
        using var client = FakeConsole.Client(console);

        var refused = await Assert.ThrowsAsync<CliException>(() => LogsCommand.RunAsync(
            client, () => Task.FromResult(FakeConsole.Client(console)), new LogWish("n", "a", true, 5, null, null, false), new LogPrinter(_output, _output, false, false), _clock, Cancelled));

        Assert.Equal("NODE_UNREACHABLE: No way.", refused.Message);
    }

    [Fact]
    public async Task FollowedStreamThatBreaks_GoesOnBehindTheLastLine()
    {
        const string Follow = "/nodes/n/agents/a/logs:follow";
        var console = new FakeConsole()
            .OnStream(Follow, "data: {\"batch\":{\"lines\":[{\"text\":\"one\"}],\"cursor\":\"7\"}}\n\nevent: error\ndata: {\"status\":503,\"reason\":\"DRAINING\",\"detail\":\"Bye.\"}\n\n")
            .ThenStream(Follow, "data: {\"batch\":{\"lines\":[{\"text\":\"two\"}],\"cursor\":\"9\"}}\n\nevent: error\ndata: {\"status\":404,\"reason\":\"AGENT_UNKNOWN\",\"detail\":\"Gone.\"}\n\n");
        using var client = FakeConsole.Client(console);

        var following = LogsCommand.RunAsync(client, () => Task.FromResult(FakeConsole.Client(console)), new LogWish("n", "a", true, 5, null, null, false), new LogPrinter(_output, _notes, false, false), _clock, Cancelled);
        await _clock.NextTimerAsync(Cancelled);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var refused = await Assert.ThrowsAsync<CliException>(() => following);

        Assert.Equal("AGENT_UNKNOWN: Gone.", refused.Message);
        Assert.Equal(("one\ntwo\n", "-- interrupted, trying again: DRAINING: Bye.\n-- connected again\n"), (_output.ToString(), _notes.ToString()));
        Assert.Contains("?cursor=7&follow=true", console.Asked[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandThatIsNotDoneYet_NamesTheWayToAskAgain()
    {
        var console = new FakeConsole().On("/nodes/n/agents/a:stop", """{"success":false,"outcome":"PENDING","message":"","command_id":"c1"}""")
            .On("/commands/c1", """{"command":{"command_id":"c1","node_id":"n1","agent_id":"a","operation":"stop","progress":{"state":"COMMAND_STATE_OFFERED","outcome":"","message":""}}}""");
        using var client = FakeConsole.Client(console);

        var asked = await OperateCommand.RunAsync(client, "stop", "n", "a", json: false, _output, _notes, Cancelled);
        var read = await CommandCommand.RunAsync(client, "c1", json: false, _output, Cancelled);

        Assert.Equal((ExitCodes.Pending, ExitCodes.Ok), (asked, read));
        Assert.Contains("opsmesh command c1", _notes.ToString(), StringComparison.Ordinal);
        Assert.Contains("offered", _output.ToString(), StringComparison.Ordinal);
    }

    private static FakeConsole Metrics(out FakeConsole console) => console = new FakeConsole()
        .On("/metrics:latest", """{"metrics":[{"type":"cpu","values":{"user_percent":1,"usage_percent":2}},{"type":"agent:my.app","values":{"rss_bytes":5,"cpu_percent":1}}]}""")
        .On("/metrics:query", """{"series":[{"points":[{"timestamp":"1893455700","value":1.5},{"timestamp":"1893455990","value":3}]}]}""");
}
