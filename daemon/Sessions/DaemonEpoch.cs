using System.Globalization;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Sessions;

/// <summary>Counts the starts of the daemon over one data folder.</summary>
internal static class DaemonEpoch
{
    /// <summary>One more than at the last start; on disk before it is answered.</summary>
    public static ulong Next(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "epoch");
        var last = File.Exists(path) && ulong.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var next = last + 1;
        DurableFile.Replace(path, System.Text.Encoding.ASCII.GetBytes(next.ToString(CultureInfo.InvariantCulture) + "\n"));
        return next;
    }
}
