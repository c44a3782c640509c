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
    private const int MostBaselines = 8;
    private static readonly TimeSpan Baseline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(7);

    private readonly string _node = mesh.NodeIds.Of("node-1");

    public async Task<object> CompareAsync()
    {
        var before = await SettleAsync();
        double own, reported;
        using (var burner = StartBurner())
        {
            // Busy before the window begins and after it ends, so that a sample's edge does not matter.
            try
            {
                await poll.DelayAsync(Lead);
                var start = poll.Clock.GetUtcNow();
                own = await MeasureAsync(Window);
                var end = poll.Clock.GetUtcNow();
                reported = await ReportedCpuAsync(start, end);
            }
            finally
            {
                burner.Kill();
                await burner.WaitForExitAsync(CancellationToken.None);
            }
        }

        if (Math.Abs(own - reported) > CpuTolerance)
        {
            throw new SmokeException($"the node reports {reported:0.0} % cpu, /proc/stat says {own:0.0} %");
        }

        // Something else that was busy before and ended meanwhile would hide what the burner added.
        before = Math.Min(before, await MeasureAsync(Baseline));
        if (before < QuietBelow && reported - before < CpuRise)
        {
            throw new SmokeException($"a burning core raised cpu from {before:0.0} % to {reported:0.0} % only");
        }

        var memory = await CompareMemoryAsync();
        return new { cpu_before = Math.Round(before, 1), cpu_own = Math.Round(own, 1), cpu_reported = Math.Round(reported, 1), memory_off_by = Math.Round(memory, 4) };
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

    /// <summary>Mean of the samples whose second lies wholly inside the window.</summary>
    private async Task<double> ReportedCpuAsync(DateTimeOffset start, DateTimeOffset end)
    {
        var first = start.ToUnixTimeSeconds() + 2;
        var last = end.ToUnixTimeSeconds() - 1;
        var inside = new List<double>();
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"metrics:query?node_id={_node}&type=cpu&value_name=usage_percent&start={Time(first)}&end={Time(last + 1)}");
        await poll.UntilAsync(async () =>
        {
            var points = (await mesh.Client.GetAsync(query, poll.CancellationToken)).Items("series").SelectMany(s => s.Items("points")).ToList();
            inside = [.. points.Select(p => p.Real("value"))];
            return points.Count > 0 && points.Max(p => p.Number("timestamp")) >= last - 1 && points.Count >= (last - first) / 2
                ? ""
                : $"{points.Count} cpu samples for {last - first + 1} s";
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
