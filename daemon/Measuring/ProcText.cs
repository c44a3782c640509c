using System.Globalization;

namespace OpsMesh.Daemon.Measuring;

/// <summary>Pure readers of the small texts in /proc. What a kernel does not write is left out; nothing is guessed.</summary>
internal static class ProcText
{
    private const double SectorBytes = 512;

    /// <summary>/proc/loadavg.</summary>
    public static (double One, double Five, double Fifteen)? LoadAverage(string text)
    {
        var parts = text.Split(' ');
        return parts.Length >= 3 && Number(parts[0], out var one) && Number(parts[1], out var five) && Number(parts[2], out var fifteen)
            ? (one, five, fifteen)
            : null;
    }

    /// <summary>/proc/meminfo, in bytes.</summary>
    public static (double Total, double Available)? Memory(string text)
    {
        double? total = null, available = null;
        foreach (var line in text.Split('\n'))
        {
            var parts = line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (parts is ["MemTotal", var all, "kB"] && Number(all, out var a))
            {
                total = a * 1024;
            }
            else if (parts is ["MemAvailable", var free, "kB"] && Number(free, out var f))
            {
                available = f * 1024;
            }
        }

        return total is { } t && available is { } v ? (t, v) : null;
    }

    /// <summary>/proc/net/dev without the loopback: bytes received and sent since boot.</summary>
    public static (double Received, double Sent) Network(string text)
    {
        double received = 0, sent = 0;
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || line[..colon].Trim() == "lo")
            {
                continue;
            }

            var parts = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length >= 9 && Number(parts[0], out var r) && Number(parts[8], out var s))
            {
                received += r;
                sent += s;
            }
        }

        return (received, sent);
    }

    /// <summary>/proc/diskstats: bytes read and written since boot by the devices named.</summary>
    /// <param name="devices">Whole disks: their partitions would count everything twice.</param>
    public static (double Read, double Written) Disks(string text, IReadOnlySet<string> devices)
    {
        double read = 0, written = 0;
        foreach (var line in text.Split('\n'))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length >= 10 && devices.Contains(parts[2]) && Number(parts[5], out var r) && Number(parts[9], out var w))
            {
                read += r * SectorBytes;
                written += w * SectorBytes;
            }
        }

        return (read, written);
    }

    private static bool Number(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
}
