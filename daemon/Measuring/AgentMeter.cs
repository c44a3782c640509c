using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.Daemon.Platform;
using OpsMesh.Daemon.Supervision;

namespace OpsMesh.Daemon.Measuring;

/// <summary>Measures each agent: its program and everything else in the session that it was started in, but not the wrapper.</summary>
internal sealed class AgentMeter(TimeProvider clock)
{
    private Dictionary<(int Pid, ulong Start), ulong> _ticks = [];
    private long? _measuredAt;

    public IEnumerable<Metric> Measure(IEnumerable<(string AgentId, ProcessIdentity Process)> running)
    {
        // An agent that is being launched has no session yet; 0 is the kernel's own.
        var bySession = running.Where(agent => agent.Process.Wrapper > 0).ToDictionary(agent => agent.Process.Wrapper, agent => agent);
        var time = clock.GetUtcNow();
        var now = clock.GetTimestamp();
        double? seconds = _measuredAt is { } before ? clock.GetElapsedTime(before, now).TotalSeconds : null;
        var usages = bySession.Values.ToDictionary(agent => agent.AgentId, _ => new Usage(), StringComparer.Ordinal);
        var ticks = new Dictionary<(int Pid, ulong Start), ulong>();
        if (bySession.Count > 0)
        {
            foreach (var process in ProcFs.All())
            {
                if (bySession.TryGetValue(process.Session, out var agent) && process.Pid != process.Session && !process.IsDead)
                {
                    Add(usages[agent.AgentId], process, ticks);
                }
            }
        }

        (_ticks, _measuredAt) = (ticks, now);
        return usages.Where(usage => usage.Value.Processes > 0).Select(usage => Build(usage.Key, usage.Value, seconds, time)).OfType<Metric>();
    }

    private static Metric? Build(string agentId, Usage usage, double? seconds, DateTimeOffset time)
    {
        var values = new MetricValues($"agent:{agentId}", time)
            .Add("rss_bytes", usage.RssPages * (double)Environment.SystemPageSize)
            .Add("threads", usage.Threads)
            .Add("fds", usage.Files)
            .Add("processes", usage.Processes);
        if (seconds is > 0 and var interval)
        {
            values.Add("cpu_percent", usage.Ticks / (double)Libc.TicksPerSecond / interval * 100);
        }

        return values.Build();
    }

    private void Add(Usage usage, ProcessStat process, Dictionary<(int Pid, ulong Start), ulong> ticks)
    {
        var key = (process.Pid, process.StartTicks);
        ticks[key] = process.CpuTicks;
        usage.Processes++;
        usage.Threads += process.Threads;
        usage.RssPages += process.RssPages;
        usage.Files += ProcFs.CountOpenFiles(process.Pid);

        // A process that is new used all its time within the interval.
        usage.Ticks += process.CpuTicks - (_ticks.TryGetValue(key, out var before) ? before : _measuredAt is null ? process.CpuTicks : 0);
    }

    private sealed class Usage
    {
        public int Processes { get; set; }

        public int Threads { get; set; }

        public int Files { get; set; }

        public long RssPages { get; set; }

        public ulong Ticks { get; set; }
    }
}
