using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Supervision;

public sealed class AdoptionTests
{
    [Fact]
    public async Task RunningProgram_IsAdoptedWithItsPidAndItsEndIsSeen()
    {
        await using var agent = new AgentHarness();
        var spec = AgentHarness.Shell("while [ ! -e \"$1\" ]; do sleep 0.05; done; exit 9", Path.Combine(agent.Root, "go"));
        agent.Begin(spec);
        var before = await agent.UntilAsync(AgentStatus.Running);
        await agent.LeaveAsync();
        Assert.True(ProcFs.TryReadStat(before.Process!.Pid, out _));

        agent.Begin(spec);

        var after = await agent.UntilAsync(AgentStatus.Running);
        Assert.Equal(before.Process, after.Process);
        Assert.Equal(1ul, after.Generation);
        await File.WriteAllTextAsync(Path.Combine(agent.Root, "go"), "", TestContext.Current.CancellationToken);
        Assert.Equal(9, (await agent.UntilAsync(AgentStatus.Failed)).ExitCode);
    }

    [Fact]
    public async Task ProgramThatEndedWhileTheDaemonWasAway_IsFoundWithItsExitCode()
    {
        await using var agent = new AgentHarness();
        var spec = AgentHarness.Shell("while [ ! -e \"$1\" ]; do sleep 0.05; done; exit 5", Path.Combine(agent.Root, "go"));
        agent.Begin(spec);
        var before = await agent.UntilAsync(AgentStatus.Running);
        await agent.LeaveAsync();
        await File.WriteAllTextAsync(Path.Combine(agent.Root, "go"), "", TestContext.Current.CancellationToken);
        while (ProcFs.TryReadStat(before.Process!.Pid, out var stat) && !stat.IsDead)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        agent.Begin(spec);

        Assert.Equal(5, (await agent.UntilAsync(AgentStatus.Failed)).ExitCode);
    }

    [Fact]
    public async Task ProgramThatWasTerminatedWhileTheDaemonWasAway_IsStartedAtOnce()
    {
        await using var agent = new AgentHarness();
        var spec = AgentHarness.Shell("sleep 60") with { Restart = RestartMode.Always };
        var slow = new RestartOptions { FirstDelay = TimeSpan.FromMinutes(5) };
        agent.Begin(spec, slow);
        var before = await agent.UntilAsync(AgentStatus.Running);
        await agent.LeaveAsync();
        _ = Libc.Kill(before.Process!.Pid, Libc.SigTerm);
        while (ProcFs.TryReadStat(before.Process.Pid, out var stat) && !stat.IsDead)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        agent.Begin(spec, slow);

        await agent.UntilAsync(r => r is { Status: AgentStatus.Running, Generation: 2 });
    }

    [Fact]
    public async Task PidOfAnotherProcess_IsNotTakenForTheProgram()
    {
        await using var agent = new AgentHarness();
        var spec = AgentHarness.Shell("sleep 60") with { AutoStart = false };
        var folder = new AgentFolder(Path.Combine(agent.Root, "agents"), spec.Id);
        folder.Create();
        folder.WriteRecord(new AgentRecord
        {
            Wanted = false,
            Status = AgentStatus.Running,
            Generation = 4,
            Process = new ProcessIdentity(Environment.ProcessId, 1, ProcFs.BootId, Environment.ProcessId, 1),
        });

        agent.Begin(spec);

        var record = await agent.UntilAsync(r => r.Status == AgentStatus.Stopped && r.Generation == 4);
        Assert.Null(record.Process);
    }

    [Fact]
    public async Task Reboot_StartsWhatWasWantedAndCountsNoCrash()
    {
        await using var agent = new AgentHarness();
        var spec = AgentHarness.Shell("sleep 60");
        var folder = new AgentFolder(Path.Combine(agent.Root, "agents"), spec.Id);
        folder.Create();
        folder.WriteRecord(new AgentRecord
        {
            Wanted = true,
            Status = AgentStatus.Running,
            Generation = 4,
            Process = new ProcessIdentity(Environment.ProcessId, 1, "another boot", 1, 1),
        });

        agent.Begin(spec);

        var record = await agent.UntilAsync(AgentStatus.Running);
        Assert.Equal(5ul, record.Generation);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DaemonThatDiedWithinAStart_LeavesNoSecondProgram(bool launched)
    {
        await using var agent = new AgentHarness();
        var spec = AgentHarness.Shell("echo $$ >> \"$1\"; sleep 60", Path.Combine(agent.Root, "starts"));
        var folder = new AgentFolder(Path.Combine(agent.Root, "agents"), spec.Id);
        folder.Create();
        folder.WriteRecord(new AgentRecord
        {
            Wanted = true,
            Status = AgentStatus.Starting,
            Generation = 1,
            Process = new ProcessIdentity(0, 0, ProcFs.BootId, 0, 0),
        });
        if (launched)
        {
            var launcher = new Launcher(LaunchScript.Install(agent.Root), TimeProvider.System);
            await launcher.LaunchAsync(spec, folder, 1, TestContext.Current.CancellationToken);
        }

        agent.Begin(spec);

        var record = await agent.UntilAsync(AgentStatus.Running);
        Assert.Equal(launched ? 1ul : 2ul, record.Generation);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
        var start = Assert.Single(await File.ReadAllLinesAsync(Path.Combine(agent.Root, "starts"), TestContext.Current.CancellationToken));
        Assert.Equal(record.Process!.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture), start);
    }

    [Fact]
    public async Task StopThatTheDaemonDidNotFinish_IsFinishedByTheNext()
    {
        await using var agent = new AgentHarness();
        var spec = AgentHarness.Shell("trap '' TERM; echo up; while :; do sleep 1; done") with { StopGrace = TimeSpan.FromMinutes(5) };
        agent.Begin(spec);
        await agent.UntilOutputAsync(1, "up");
        var stop = agent.OperateAsync(AgentOperation.Stop);
        await agent.UntilAsync(AgentStatus.Stopping);
        await agent.LeaveAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop);

        agent.Begin(spec with { StopGrace = TimeSpan.FromMilliseconds(100) });

        var record = await agent.UntilAsync(AgentStatus.Stopped);
        Assert.Equal(9, record.Signal);
    }
}
