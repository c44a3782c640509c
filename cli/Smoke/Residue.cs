using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Smoke;

/// <summary>What a mesh left behind: nothing, if all is well.</summary>
internal static class Residue
{
    private const int BlockSize = 1_000;

    /// <summary>Pids of other processes that have the folder in their command line or environment.</summary>
    public static List<int> Processes(string folder)
    {
        var left = new List<int>();
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), out var pid) && pid != Environment.ProcessId && Mentions(process, folder) && ProcessStamp.Of(pid) is not null)
            {
                left.Add(pid);
            }
        }

        return left;
    }

    public static List<int> OpenPorts(int portBase) => [.. Enumerable.Range(portBase, BlockSize).Where(p => !PortCheck.IsFree(p))];

    private static bool Mentions(string process, string folder)
    {
        try
        {
            return File.ReadAllText(process + "/cmdline").Contains(folder, StringComparison.Ordinal) || File.ReadAllText(process + "/environ").Contains(folder, StringComparison.Ordinal);
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
