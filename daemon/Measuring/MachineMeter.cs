using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Measuring;

/// <summary>Measures the machine. Rates and shares are over the time since the measurement before, so the first has none of them.</summary>
internal sealed class MachineMeter(string dataFolder, TimeProvider clock)
{
    private CpuTimes? _cpu;
    private Counters? _counters;

    public IEnumerable<Metric> Measure()
    {
        var time = clock.GetUtcNow();
        return ((IEnumerable<Metric?>)[Cpu(time), Memory(time), .. DiskAndNetwork(time)]).OfType<Metric>();
    }

    private Metric? Cpu(DateTimeOffset time)
    {
        var values = new MetricValues("cpu", time);
        var now = ProcFs.ReadText("/proc/stat") is { } text ? CpuTimes.Parse(text) : null;
        if (now is { } current && _cpu is { } before && current.Since(before) is { } share)
        {
            values.Add("usage_percent", share.Usage).Add("user_percent", share.User)
                .Add("system_percent", share.System).Add("iowait_percent", share.IoWait);
        }

        _cpu = now ?? _cpu;
        values.Add("cores", Environment.ProcessorCount);
        if (ProcFs.ReadText("/proc/loadavg") is { } loads && ProcText.LoadAverage(loads) is { } load)
        {
            values.Add("load1", load.One).Add("load5", load.Five).Add("load15", load.Fifteen);
        }

        return values.Build();
    }

    private static Metric? Memory(DateTimeOffset time)
    {
        if (ProcFs.ReadText("/proc/meminfo") is not { } text || ProcText.Memory(text) is not { } memory)
        {
            return null;
        }

        var used = memory.Total - memory.Available;
        return new MetricValues("memory", time)
            .Add("total_bytes", memory.Total)
            .Add("available_bytes", memory.Available)
            .Add("used_bytes", used)
            .Add("used_percent", used / memory.Total * 100)
            .Build();
    }

    private IEnumerable<Metric?> DiskAndNetwork(DateTimeOffset time)
    {
        var before = _counters;
        var now = Counters.Take(clock.GetTimestamp());
        _counters = now;
        var disk = new MetricValues("disk", time);
        AddSpace(disk);
        var network = new MetricValues("network", time);
        if (before is not null && clock.GetElapsedTime(before.Timestamp, now.Timestamp).TotalSeconds is > 0 and var seconds)
        {
            double Rate(double after, double then) => after >= then ? (after - then) / seconds : double.NaN;
            disk.Add("read_bytes_per_second", Rate(now.Read, before.Read)).Add("write_bytes_per_second", Rate(now.Written, before.Written));
            network.Add("rx_bytes_per_second", Rate(now.Received, before.Received)).Add("tx_bytes_per_second", Rate(now.Sent, before.Sent));
        }

        return [disk.Build(), network.Build()];
    }

    private void AddSpace(MetricValues disk)
    {
        try
        {
            var drive = new DriveInfo(dataFolder);
            var used = (double)drive.TotalSize - drive.TotalFreeSpace;
            disk.Add("total_bytes", drive.TotalSize)
                .Add("used_bytes", used)
                .Add("free_bytes", drive.AvailableFreeSpace)
                .Add("used_percent", used / drive.TotalSize * 100);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // A file system that does not answer has no numbers now.
        }
    }

    private sealed record Counters(long Timestamp, double Read, double Written, double Received, double Sent)
    {
        public static Counters Take(long timestamp)
        {
            var disks = ProcText.Disks(ProcFs.ReadText("/proc/diskstats") ?? "", WholeDisks());
            var network = ProcText.Network(ProcFs.ReadText("/proc/net/dev") ?? "");
            return new(timestamp, disks.Read, disks.Written, network.Received, network.Sent);
        }

        /// <summary>Disks that stand for themselves: a loop, RAM or mapped device passes its bytes on to another.</summary>
        private static HashSet<string> WholeDisks() => !Directory.Exists("/sys/block") ? []
            : [.. Directory.EnumerateFileSystemEntries("/sys/block").Select(path => Path.GetFileName(path))
                .Where(name => !name.StartsWith("loop", StringComparison.Ordinal) && !name.StartsWith("ram", StringComparison.Ordinal)
                    && !name.StartsWith("zram", StringComparison.Ordinal) && !name.StartsWith("dm-", StringComparison.Ordinal)
                    && !name.StartsWith("md", StringComparison.Ordinal))];
    }
}
