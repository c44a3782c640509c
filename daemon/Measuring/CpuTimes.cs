using System.Globalization;

namespace OpsMesh.Daemon.Measuring;

/// <summary>The first line of /proc/stat: ticks of all cores since boot.</summary>
internal readonly record struct CpuTimes(double User, double System, double IoWait, double Idle, double Other)
{
    private double Total => User + System + IoWait + Idle + Other;

    public static CpuTimes? Parse(string procStat)
    {
        foreach (var line in procStat.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith("cpu "))
            {
                continue;
            }

            // user nice system idle iowait irq softirq steal; guest times are within user and nice.
            Span<double> values = stackalloc double[8];
            values.Clear();
            var count = 0;
            foreach (var part in line[4..].Split(' '))
            {
                var text = line[4..][part];
                if (text.IsEmpty)
                {
                    continue;
                }

                if (count == values.Length)
                {
                    break;
                }

                if (!double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out values[count++]))
                {
                    return null;
                }
            }

            return count < 4 ? null : new(values[0] + values[1], values[2], values[4], values[3], values[5] + values[6] + values[7]);
        }

        return null;
    }

    /// <summary>Shares in percent of all cores between two readings; null when no tick passed.</summary>
    public CpuShare? Since(CpuTimes before)
    {
        var total = Total - before.Total;
        if (total <= 0)
        {
            return null;
        }

        // Idle and iowait may run backwards a little in the kernel's own accounting.
        double Percent(double now, double then) => Math.Clamp((now - then) / total * 100, 0, 100);
        return new(
            Math.Clamp(100 - Percent(Idle + IoWait, before.Idle + before.IoWait), 0, 100),
            Percent(User, before.User),
            Percent(System, before.System),
            Percent(IoWait, before.IoWait));
    }
}

/// <summary>In percent of all cores. Usage is everything but idle and iowait.</summary>
internal readonly record struct CpuShare(double Usage, double User, double System, double IoWait);
