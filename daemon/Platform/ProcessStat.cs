using System.Globalization;

namespace OpsMesh.Daemon.Platform;

/// <summary>What /proc/PID/stat says of a process.</summary>
/// <param name="StartTicks">Clock ticks from boot to its start: with pid and boot id the identity of a process.</param>
internal readonly record struct ProcessStat(
    int Pid, char State, int Parent, int Session, ulong CpuTicks, int Threads, ulong StartTicks, long RssPages)
{
    /// <summary>Dead, also when its parent has not yet asked for its end.</summary>
    public bool IsDead => State is 'Z' or 'X' or 'x';

    /// <summary>Reads the one line. The name in parentheses may hold anything, also spaces and parentheses.</summary>
    public static bool TryParse(ReadOnlySpan<char> line, out ProcessStat stat)
    {
        stat = default;
        var nameStart = line.IndexOf('(');
        var nameEnd = line.LastIndexOf(')');
        if (nameStart <= 0 || nameEnd < nameStart || nameEnd + 2 >= line.Length)
        {
            return false;
        }

        Span<Range> parts = stackalloc Range[24];
        var rest = line[(nameEnd + 2)..];
        if (rest.Split(parts, ' ') < 23 || !int.TryParse(line[..nameStart], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid))
        {
            return false;
        }

        // The state is field 3 of the manual page and stands first here.
        if (!Number(rest[parts[1]], out var parent) || !Number(rest[parts[3]], out var session)
            || !Number(rest[parts[11]], out var user) || !Number(rest[parts[12]], out var system)
            || !Number(rest[parts[17]], out var threads) || !Number(rest[parts[19]], out var start) || !Number(rest[parts[21]], out var rss))
        {
            return false;
        }

        stat = new(pid, rest[parts[0]][0], (int)parent, (int)session, (ulong)(user + system), (int)threads, (ulong)start, rss);
        return true;
    }

    private static bool Number(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
