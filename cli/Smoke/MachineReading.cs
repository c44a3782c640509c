using System.Globalization;

namespace OpsMesh.Cli.Smoke;

/// <summary>The smoke's own reading of the machine, to compare the mesh's with.</summary>
internal static class MachineReading
{
    private const int Idle = 3;
    private const int IoWait = 4;
    private const int Guest = 8;

    /// <summary>Busy and all clock ticks of all cores since boot. Guest time is in user time already.</summary>
    public static (double Busy, double All) Cpu()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Guest).Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        return (ticks.Sum() - ticks[Idle] - ticks[IoWait], ticks.Sum());
    }

    /// <summary>Percent of all cores between two readings.</summary>
    public static double Percent((double Busy, double All) from, (double Busy, double All) to) => 100 * (to.Busy - from.Busy) / Math.Max(1, to.All - from.All);

    /// <summary>Bytes that /proc/meminfo names.</summary>
    public static double Memory(string name)
    {
        var line = File.ReadLines("/proc/meminfo").First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
