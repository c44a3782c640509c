using System.Globalization;
using System.Text;

namespace OpsMesh.Daemon.Platform;

/// <summary>The processes of this machine as /proc shows them. A process may be gone at any moment: then the answer is "no".</summary>
internal static class ProcFs
{
    private static readonly Lazy<string> Boot = new(() => ReadText("/proc/sys/kernel/random/boot_id")?.Trim() ?? "");

    /// <summary>The kernel's, new at each boot; empty where there is no /proc.</summary>
    public static string BootId => Boot.Value;

    /// <summary>Time since the tick, counted from boot; zero when /proc does not say.</summary>
    public static TimeSpan TimeSince(ulong ticks)
    {
        var up = ReadText("/proc/uptime")?.Split(' ')[0];
        return double.TryParse(up, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Max(0, seconds - (ticks / (double)Libc.TicksPerSecond)))
            : TimeSpan.Zero;
    }

    public static bool TryReadStat(int pid, out ProcessStat stat)
    {
        stat = default;
        return ReadText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat") is { } text && ProcessStat.TryParse(text, out stat);
    }

    public static IEnumerable<ProcessStat> All()
    {
        if (!Directory.Exists("/proc"))
        {
            yield break;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && TryReadStat(pid, out var stat))
            {
                yield return stat;
            }
        }
    }

    /// <summary>Arguments of a process, joined by NUL; empty when it is gone.</summary>
    public static string CommandLine(int pid) => ReadText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cmdline") ?? "";

    /// <summary>Whether the environment that the process was started with holds <paramref name="pair"/> ("NAME=value").</summary>
    public static bool HasEnvironment(int pid, string pair) =>
        ReadText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/environ") is { } text
        && text.Split('\0').Contains(pair, StringComparer.Ordinal);

    /// <returns>0 when it is gone or another user's.</returns>
    public static int CountOpenFiles(int pid)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/fd").Count();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>The whole text of a file in /proc; null when it cannot be read.</summary>
    public static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
