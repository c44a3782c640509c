using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Smoke;

/// <summary>Compares what a node reports with what /proc says over the same seconds.</summary>
internal sealed class MetricSteps(SmokeMesh mesh, Poll poll)
{
    private const double CpuTolerance = 10;
    private const double CpuRise = 30;
    private const double QuietBelow = 60;
    private const double MemoryTolerance = 0.05;
    private const double Steady = 5;
    private const int MostBaselines = 5;
    private const int MostTries = 3;
    private const int Samples = 6;
    private const double HalfSecond = 0.5;
    private static readonly TimeSpan Baseline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(1);

    private readonly string _node = mesh.NodeIds.Of("node-1");

    public async Task<object> CompareAsync()
    {
        for (var tries = 1; ; tries++)
        {
            var before = await SettleAsync();
            var (own, reported) = await BurnAsync();
            if (Math.Abs(own - reported) > CpuTolerance)
            {
                throw new SmokeException($"the node reports {reported:0.0} % cpu, /proc/stat says {own:0.0} %");
            }

            if (before >= QuietBelow || reported - before >= CpuRise)
            {
                var memory = await CompareMemoryAsync();
                return new { cpu_before = Math.Round(before, 1), cpu_own = Math.Round(own, 1), cpu_reported = Math.Round(reported, 1), tries, memory_off_by = Math.Round(memory, 4) };
            }

            // The report is right, so something else that was busy before ended meanwhile.
            if (tries == MostTries)
            {
                throw new SmokeException($"a burning core raised cpu from {before:0.0} % to {reported:0.0} % only, /proc/stat says {own:0.0} %, {tries} times");
            }
        }
    }

    /// <summary>A mesh that has just started is still busy with itself; what ends meanwhile would hide what the burner adds.</summary>
    private async Task<double> SettleAsync()
    {
        var before = await MeasureAsync(Baseline);
        for (var tries = 0; tries < MostBaselines; tries++)
        {
            var next = await MeasureAsync(Baseline);
            // Still at full load, it does not fall and is not settled either.
            if (next > before - Steady && next < QuietBelow)
            {
                return Math.Min(before, next);
            }

            before = next;
        }

        return before;
    }

    private async Task<double> MeasureAsync(TimeSpan time)
    {
        var from = MachineReading.Cpu();
        await poll.DelayAsync(time);
        return MachineReading.Percent(from, MachineReading.Cpu());
    }

    /// <summary>Percent while a core burns: by /proc/stat and as the node reports it, both over the same seconds.</summary>
    private async Task<(double Own, double Reported)> BurnAsync()
    {
        using var burner = StartBurner();
        try
        {
            // Busy before the first sample's second begins and after the last one's ends.
            await poll.DelayAsync(Lead);
            var first = poll.Clock.GetUtcNow().ToUnixTimeSeconds() + 2;
            var last = first + Samples - 1;
            // A sample of second t is taken somewhere in it and covers the second until then: half a second off at most.
            await UntilAsync(first - HalfSecond);
            var from = MachineReading.Cpu();
            await UntilAsync(last + HalfSecond);
            return (MachineReading.Percent(from, MachineReading.Cpu()), await ReportedCpuAsync(first, last));
        }
        finally
        {
            burner.Kill();
            await burner.WaitForExitAsync(CancellationToken.None);
        }
    }

    private Task UntilAsync(double unixSeconds)
    {
        var time = DateTimeOffset.UnixEpoch.AddSeconds(unixSeconds) - poll.Clock.GetUtcNow();
        return poll.DelayAsync(time > TimeSpan.Zero ? time : TimeSpan.Zero);
    }

    private static Process StartBurner()
    {
        var start = new ProcessStartInfo(DotnetHost.Path) { UseShellExecute = false, RedirectStandardOutput = true };
        // Half of the machine: one core of two.
        var cores = Math.Max(1, Environment.ProcessorCount / 2).ToString(CultureInfo.InvariantCulture);
        foreach (var argument in (string[])[Repository.Assembly("OpsMesh.Samples.GameServer"), "burn", "--seconds", "120", "--cores", cores])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("No process came of the start.");
    }

    /// <summary>Mean of the samples of these Unix seconds.</summary>
    private async Task<double> ReportedCpuAsync(long first, long last)
    {
        var inside = new List<double>();
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"metrics:query?node_id={_node}&type=cpu&value_name=usage_percent&start={Time(first)}&end={Time(last + 1)}");
        await poll.UntilAsync(async () =>
        {
            var points = (await mesh.Client.GetAsync(query, poll.CancellationToken)).Items("series").SelectMany(s => s.Items("points")).ToList();
            inside = [.. points.Select(p => p.Real("value"))];
            return points.Count > 0 && points.Max(p => p.Number("timestamp")) >= last - 1 && points.Count > Samples / 2
                ? ""
                : $"{points.Count} cpu samples for {Samples} s";
        });
        return inside.Average();
    }

    private async Task<double> CompareMemoryAsync()
    {
        var off = 1.0;
        await poll.UntilAsync(async () =>
        {
            var latest = (await mesh.Client.GetAsync($"metrics:latest?node_id={_node}&type=memory", poll.CancellationToken)).Items("metrics").FirstOrDefault();
            if (latest.ValueKind != JsonValueKind.Object || !latest.TryGetProperty("values", out var values))
            {
                return "no memory sample";
            }

            off = Math.Max(Off(values.Real("total_bytes"), MachineReading.Memory("MemTotal")), Off(values.Real("available_bytes"), MachineReading.Memory("MemAvailable")));
            return off <= MemoryTolerance ? "" : $"the node's memory is off by {off:P1} from /proc/meminfo: {values}";
        });
        return off;
    }

    private static double Off(double reported, double own) => Math.Abs(reported - own) / own;

    private static string Time(long unixSeconds) => DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
