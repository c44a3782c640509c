using System.Globalization;

namespace OpsMesh.Bench.Harness;

/// <summary>What the kernel says about another process.</summary>
internal static class ProcessCpu
{
    private const int UserTicksField = 11;
    private const int SystemTicksField = 12;
    private const double TicksPerSecond = 100;

    /// <summary>CPU seconds, user and system, of all threads that it ever had.</summary>
    public static double Seconds(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[UserTicksField]) + Number(fields[SystemTicksField])) / TicksPerSecond;
    }

    public static double ResidentKilobytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
