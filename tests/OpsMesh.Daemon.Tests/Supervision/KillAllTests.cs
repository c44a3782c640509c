using System.Diagnostics;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Supervision;

public sealed class KillAllTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The wrapper moves the exit code into its place by a program: killed with the rest, it would leave an end that nobody knows.</summary>
    [Fact]
    public async Task WhatTheWrapperRunsForItself_IsSpared()
    {
        using var files = new TestFolder();
        var folder = new AgentFolder(files.Root, "test");
        var start = new ProcessStartInfo("setsid", ["sh", "-c", "sleep 600 & (sleep 601 & echo grandchild $!; sleep 602) & echo program $!; sleep 603; :"]) { RedirectStandardOutput = true };
        start.Environment[LaunchMark.Name] = LaunchMark.Value(folder, 1);
        using var wrapper = Process.Start(start)!;
        var pids = new Dictionary<string, int>(StringComparer.Ordinal);
        while (pids.Count < 2)
        {
            var words = (await wrapper.StandardOutput.ReadLineAsync(Cancel))!.Split(' ');
            pids[words[0]] = int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
        }

        Assert.True(ProcFs.TryReadStat(pids["program"], out var program));
        Assert.True(ProcFs.TryReadStat(wrapper.Id, out var own));
        var supervised = new SupervisedProcess(
            new ProcessIdentity(program.Pid, program.StartTicks, ProcFs.BootId, own.Pid, own.StartTicks), folder, 1, TimeProvider.System);

        supervised.KillAll();

        var ownChildren = ProcFs.All().Where(p => p.Parent == own.Pid && p.Pid != program.Pid && !p.IsDead).ToList();
        var grandchild = ProcFs.All().Any(p => p.Pid == pids["grandchild"] && !p.IsDead);
        wrapper.Kill(entireProcessTree: true);
        Assert.NotEmpty(ownChildren);
        Assert.False(grandchild);
    }
}
