using System.Globalization;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Running;

public sealed class DaemonLifeTests
{
    private const string Writer = """[{id: log, command: /bin/sh, args: [-c, "i=0; while :; do i=$((i+1)); echo $i; done | head -n 200000; sleep 600"]}]""";
    private const string Slow = """[{id: log, command: /bin/sh, args: [-c, "i=0; while :; do i=$((i+1)); echo $i; sleep 0.002; done"]}]""";

    [Fact]
    public async Task DaemonKilled_AgentsKeepTheirPidsAndNoLineIsLost()
    {
        await using var daemon = new RunningDaemon(Slow);
        await daemon.StartAsync();
        var before = await daemon.UntilAsync("log", a => a.Status == AgentStatus.Running);

        for (var round = 0; round < 2; round++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);
            await daemon.KillAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);
            await daemon.StartAsync();
        }

        var after = await daemon.UntilAsync("log", a => a.Status == AgentStatus.Running);
        Assert.Equal(before.Pid, after.Pid);
        Assert.Equal((1ul, 0), (after.Generation, after.RestartCount));
        var lines = await ReadAsync(daemon, all => all.Count(l => l.TimeApproximate) > 10 && !all[^1].TimeApproximate);
        Assert.Equal(Enumerable.Range(1, lines.Count), lines.Select(l => int.Parse(l.Text, CultureInfo.InvariantCulture)));
        Assert.False(lines[0].TimeApproximate);
    }

    [Fact]
    public async Task ManyLines_StreamWithoutAGap()
    {
        await using var daemon = new RunningDaemon(Writer);
        await daemon.StartAsync();

        var lines = await ReadAsync(daemon, all => all.Count >= 200_000);

        Assert.Equal(Enumerable.Range(1, 200_000), lines.Select(l => int.Parse(l.Text, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task DaemonTerminated_LeavesTheProgramUntilItIsToldToStop()
    {
        await using var daemon = new RunningDaemon("""[{id: game, command: /bin/sh, args: [-c, "sleep 600"]}]""");
        await daemon.StartAsync();
        var state = await daemon.UntilAsync("game", a => a.Status == AgentStatus.Running);
        Assert.Equal(2, (await RunningDaemon.RunAsync("--stop-agents", "--config", daemon.ConfigPath)).Code);

        await daemon.TerminateAsync();

        Assert.True(ProcFs.TryReadStat(state.Pid, out var alive) && !alive.IsDead);
        Assert.Equal(0, (await RunningDaemon.RunAsync("--stop-agents", "--config", daemon.ConfigPath)).Code);
        Assert.False(ProcFs.TryReadStat(state.Pid, out var dead) && !dead.IsDead);
    }

    [Fact]
    public async Task DaemonTerminated_EndsFollowedLogsAndDoesNotWaitForThem()
    {
        await using var daemon = new RunningDaemon(Slow);
        await daemon.StartAsync();
        using var call = daemon.Client("log-streaming").StreamLogs(
            new StreamLogsRequest { Query = new LogQuery { AgentId = "log" }, Follow = true }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var since = TimeProvider.System.GetTimestamp();

        await daemon.TerminateAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(since).TotalSeconds, 0, 20);
        var (code, reason) = await RefusedCalls.RefusalAsync(async () =>
        {
            while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
            }
        });
        Assert.Equal((Grpc.Core.StatusCode.Unavailable, Reasons.Draining), (code, reason));
    }

    [Fact]
    public async Task WrongConfiguration_EndsWithCodeTwoAndOneLine()
    {
        await using var daemon = new RunningDaemon("""[{id: game, comand: x}]""");

        var (code, error) = await RunningDaemon.RunAsync("--config", daemon.ConfigPath);

        Assert.Equal(2, code);
        Assert.Contains($"{daemon.ConfigPath}:7", error, StringComparison.Ordinal);
        Assert.Contains("agents[0].comand", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    private static async Task<List<LogLine>> ReadAsync(RunningDaemon daemon, Predicate<List<LogLine>> isEnough)
    {
        using var due = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        using var call = daemon.Client("log-streaming").StreamLogs(
            new StreamLogsRequest { Query = new LogQuery { AgentId = "log", Cursor = "1:0" }, Follow = true }, cancellationToken: due.Token);
        var lines = new List<LogLine>();
        while ((lines.Count == 0 || !isEnough(lines)) && await call.ResponseStream.MoveNext(due.Token))
        {
            lines.AddRange(call.ResponseStream.Current.Batch.Lines);
        }

        return lines;
    }
}
