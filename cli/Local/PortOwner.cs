using System.Globalization;

namespace OpsMesh.Cli.Local;

/// <summary>Finds who listens on a port of this machine, as far as the caller may see it.</summary>
internal static class PortOwner
{
    private const string Listening = "0A";

    /// <summary>"pid 123 (name)", or null when nobody listens or the owner is hidden.</summary>
    public static string? Describe(int port) => PidOf(port) is { } pid ? string.Create(CultureInfo.InvariantCulture, $"pid {pid} ({Name($"/proc/{pid}")})") : null;

    /// <summary>Null when nobody listens or the owner is hidden.</summary>
    public static int? PidOf(int port)
    {
        var inodes = (string[])["/proc/net/tcp", "/proc/net/tcp6"];
        var sockets = inodes.Where(File.Exists).SelectMany(File.ReadLines).Skip(1).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length > 9 && f[3] == Listening && PortOf(f[1]) == port)
            .Select(f => $"socket:[{f[9]}]")
            .ToHashSet(StringComparer.Ordinal);
        if (sockets.Count == 0)
        {
            return null;
        }

        foreach (var process in Directory.EnumerateDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])))
        {
            if (Owns(process, sockets))
            {
                return int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    private static int PortOf(string address) =>
        int.TryParse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port) ? port : 0;

    private static bool Owns(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(process + "/fd").Any(fd => File.ResolveLinkTarget(fd, returnFinalTarget: false) is { } link && sockets.Contains(Path.GetFileName(link.FullName)));
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Name(string process)
    {
        try
        {
            var words = File.ReadAllText(process + "/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
            var shown = words.Length > 1 && words[0].EndsWith("dotnet", StringComparison.Ordinal) ? words[1] : words.FirstOrDefault();
            return Path.GetFileName(shown ?? "?");
        }
        catch (IOException)
        {
            return "?";
        }
    }
}
