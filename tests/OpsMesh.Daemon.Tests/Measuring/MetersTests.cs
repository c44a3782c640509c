using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Supervision;
using OpsMesh.Testing;

namespace OpsMesh.Daemon.Measuring;

public sealed class MetersTests
{
    [Fact]
    public async Task BusyAgent_ShowsItsCpuMemoryThreadsAndFiles()
    {
        await using var agent = new AgentHarness();
        agent.Begin(AgentHarness.Shell("echo up; (while :; do :; done) & while :; do :; done"));
        await agent.UntilAsync(AgentStatus.Running);
        await agent.UntilOutputAsync(1, "up");
        var running = new[] { ("test", agent.Record.Process!) };
        var meter = new AgentMeter(TimeProvider.System);

        _ = meter.Measure(running).ToList();
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        var metric = Assert.Single(meter.Measure(running));

        Assert.Equal("agent:test", metric.Type);
        Assert.InRange(metric.Values["cpu_percent"], 0.1, 100.0 * Environment.ProcessorCount + 20);
        Assert.Equal(2, metric.Values["processes"]);
        Assert.Equal(2, metric.Values["threads"]);
        Assert.InRange(metric.Values["fds"], 6, 20);
        Assert.InRange(metric.Values["rss_bytes"], 100_000, 50_000_000);
        Assert.Equal(AgentStatus.Running, agent.Record.Status);
    }

    [Fact]
    public void AgentsThatAreBeingLaunched_AreNotMeasuredYet()
    {
        var launching = new ProcessIdentity(0, 0, "boot", 0, 0);
        var meter = new AgentMeter(TimeProvider.System);

        Assert.Empty(meter.Measure([("one", launching), ("two", launching)]));
    }

    [Fact]
    public void Machine_GivesOnlyFiniteValuesAndRatesFromTheSecondTimeOn()
    {
        var clock = new ManualClock();
        using var folder = new TestFolder();
        var meter = new MachineMeter(folder.Root, clock);

        var first = meter.Measure().ToDictionary(m => m.Type);
        clock.Advance(TimeSpan.FromSeconds(10));
        var second = meter.Measure().ToDictionary(m => m.Type);

        Assert.Equal(["cpu", "disk", "memory"], first.Keys.Order());
        Assert.Equal(["cpu", "disk", "memory", "network"], second.Keys.Order());
        Assert.True(second["disk"].Values.ContainsKey("write_bytes_per_second"));
        Assert.InRange(second["memory"].Values["used_percent"], 0.1, 100);
        Assert.Equal(clock.GetUtcNow().ToUnixTimeSeconds(), second["cpu"].Timestamp);
        Assert.All(second.Values.SelectMany(m => m.Values.Values), v => Assert.True(double.IsFinite(v)));
    }
}
