using System.Diagnostics;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Supervision;

public sealed class AgentSupervisorTests
{
    [Fact]
    public async Task Program_StartsWithNoSignalIgnored()
    {
        await using var agent = new AgentHarness();

        agent.Begin(AgentHarness.Shell("cat /proc/self/status; sleep 60"));

        var output = await agent.UntilOutputAsync(1, "SigIgn");
        Assert.Contains("SigIgn:\t0000000000000000", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LaunchedBySomeoneWhoIgnoresSignals_ProgramIgnoresNone()
    {
        using var folder = new TestFolder();
        var script = LaunchScript.Install(folder.Root);
        Array.ForEach(["logs", "run"], name => Directory.CreateDirectory(folder[name]));

        using var wrapper = Process.Start("sh", ["-c", "trap '' HUP INT XFSZ TSTP VTALRM WINCH; exec sh \"$@\"", "sh", script, folder.Root, "1", "/bin/cat", "/proc/self/status"]);
        await wrapper.WaitForExitAsync(TestContext.Current.CancellationToken);

        var output = await File.ReadAllTextAsync(folder["logs/out.1"], TestContext.Current.CancellationToken);
        Assert.Contains("SigIgn:\t0000000000000000", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_ArriveByteForByte()
    {
        await using var agent = new AgentHarness();
        string[] arguments = ["; rm -rf x", "$(id)", "`id`", "two\nlines", "--config=/etc", "@file", "", "'\"\\", "ü"];

        agent.Begin(AgentHarness.Shell("for a in \"$@\"; do printf '[%s]' \"$a\"; done; echo end; sleep 60", arguments));

        var output = await agent.UntilOutputAsync(1, "end");
        Assert.Equal(string.Concat(arguments.Select(a => $"[{a}]")) + "end\n", output);
    }

    [Fact]
    public async Task Environment_IsTheConfiguredOneAndNotTheDaemons()
    {
        await using var agent = new AgentHarness();
        Environment.SetEnvironmentVariable("DAPR_API_TOKEN", "canary");

        agent.Begin(AgentHarness.Shell("env; echo end; sleep 60") with { Environment = new Dictionary<string, string> { ["GREETING"] = "a b=c" } });

        var output = await agent.UntilOutputAsync(1, "end");
        Assert.Contains("GREETING=a b=c\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 0", AgentStatus.Exited, 0, 0)]
    [InlineData("exit 7", AgentStatus.Failed, 7, 0)]
    [InlineData("kill -9 $$", AgentStatus.Failed, null, 9)]
    public async Task End_IsKnownByCodeOrSignal(string script, AgentStatus status, int? code, int signal)
    {
        await using var agent = new AgentHarness();

        agent.Begin(AgentHarness.Shell(script));

        var record = await agent.UntilAsync(status);
        Assert.Equal(code, record.ExitCode);
        Assert.Equal(signal, record.Signal);
        Assert.Null(record.Process);
        Assert.Equal("", agent.Output(1, "err"));
    }

    [Fact]
    public async Task MissingProgram_FailsAndSaysSoInItsLog()
    {
        await using var agent = new AgentHarness();

        agent.Begin(AgentHarness.Shell("") with { Command = "/no/such/program" });

        var record = await agent.UntilAsync(AgentStatus.Failed);
        Assert.Equal(127, record.ExitCode);
        Assert.Contains("was not found", record.Message, StringComparison.Ordinal);
        Assert.Contains("/no/such/program", agent.Output(1, "err"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingWorkingFolder_FailsWithAMessage()
    {
        await using var agent = new AgentHarness();

        agent.Begin(AgentHarness.Shell("sleep 60") with { WorkingFolder = "/no/such/folder" });

        var record = await agent.UntilAsync(AgentStatus.Failed);
        Assert.Contains("could not be launched", record.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_GivesANewProcessAndCounts()
    {
        await using var agent = new AgentHarness();
        agent.Begin(AgentHarness.Shell("sleep 60"));
        var before = await agent.UntilAsync(AgentStatus.Running);

        var result = await agent.OperateAsync(AgentOperation.Restart, generation: 1);
        var late = await agent.OperateAsync(AgentOperation.Restart, generation: 1);

        Assert.Equal("DONE", result.Outcome);
        Assert.Equal("PRECONDITION_GENERATION", late.Outcome);
        Assert.False(late.Success);
        Assert.NotEqual(before.Process, agent.Record.Process);
        Assert.Equal(1, agent.Record.RestartCount);
        Assert.Equal(2ul, agent.Record.Generation);
    }

    [Fact]
    public async Task StartAndStop_AreNoOpsWhenNothingIsToDo()
    {
        await using var agent = new AgentHarness();
        agent.Begin(AgentHarness.Shell("sleep 60") with { AutoStart = false });

        var stop = await agent.OperateAsync(AgentOperation.Stop);
        var start = await agent.OperateAsync(AgentOperation.Start);
        var again = await agent.OperateAsync(AgentOperation.Start);
        var kill = await agent.OperateAsync(AgentOperation.Kill);
        var dead = await agent.OperateAsync(AgentOperation.Kill);

        Assert.Equal(["NOT_RUNNING", "DONE", "ALREADY_RUNNING", "DONE", "NOT_RUNNING"],
            [stop.Outcome, start.Outcome, again.Outcome, kill.Outcome, dead.Outcome]);
        Assert.All([stop, start, again, kill, dead], r => Assert.True(r.Success));
        Assert.Equal(AgentStatus.Stopped, agent.Record.Status);
        Assert.Equal(9, agent.Record.Signal);
    }

    [Fact]
    public async Task ProgramThatExitsAtOnce_IsToldAsSuch()
    {
        await using var agent = new AgentHarness();
        agent.Begin(AgentHarness.Shell("exit 3") with { AutoStart = false });

        var result = await agent.OperateAsync(AgentOperation.Start);

        Assert.Equal(new OperationResult(false, "EXITED_AT_ONCE", "It exited with code 3."), result);
    }

    [Fact]
    public async Task ProgramThatIgnoresSigterm_IsKilledAfterItsGraceWithItsChildren()
    {
        await using var agent = new AgentHarness();
        agent.Begin(AgentHarness.Shell("trap '' TERM; sleep 600 & echo child $!; while :; do sleep 1; done"));
        var output = await agent.UntilOutputAsync(1, "child");
        var child = int.Parse(output.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

        await agent.OperateAsync(AgentOperation.Stop);

        Assert.Equal(9, agent.Record.Signal);
        Assert.False(ProcFs.TryReadStat(child, out var stat) && !stat.IsDead);
    }

    [Fact]
    public async Task Kill_DoesNotWaitForAStopInItsGrace()
    {
        await using var agent = new AgentHarness();
        agent.Begin(AgentHarness.Shell("trap '' TERM; echo up; while :; do sleep 1; done") with { StopGrace = TimeSpan.FromMinutes(5) });
        await agent.UntilOutputAsync(1, "up");
        var stop = agent.OperateAsync(AgentOperation.Stop);
        await agent.UntilAsync(AgentStatus.Stopping);

        var kill = await agent.OperateAsync(AgentOperation.Kill);

        Assert.Equal("DONE", kill.Outcome);
        Assert.Equal("DONE", (await stop).Outcome);
        Assert.Equal(AgentStatus.Stopped, agent.Record.Status);
    }

    [Fact]
    public async Task CrashingProgram_IsStartedAgainUntilItIsACrashLoop()
    {
        await using var agent = new AgentHarness();

        agent.Begin(
            AgentHarness.Shell("exit 1") with { Restart = RestartMode.Always },
            new RestartOptions { FirstDelay = TimeSpan.FromMilliseconds(10), LongestDelay = TimeSpan.FromMilliseconds(20) });

        var record = await agent.UntilAsync(AgentStatus.CrashLoop);
        Assert.Equal(5ul, record.Generation);
        Assert.Equal(4, record.RestartCount);
    }

    [Fact]
    public async Task StopDuringBackoff_CancelsThePlannedStart()
    {
        await using var agent = new AgentHarness();
        agent.Begin(
            AgentHarness.Shell("exit 1") with { Restart = RestartMode.Always }, new RestartOptions { FirstDelay = TimeSpan.FromMinutes(1) });
        await agent.UntilAsync(AgentStatus.Backoff);

        var result = await agent.OperateAsync(AgentOperation.Stop);

        Assert.Equal("DONE", result.Outcome);
        Assert.Equal(AgentStatus.Stopped, agent.Record.Status);
    }
}
