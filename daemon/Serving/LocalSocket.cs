using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpsMesh.Hosting;

namespace OpsMesh.Daemon.Serving;

/// <summary>The unix socket for local root: below the data folder, which nobody else can enter, and itself 0600.</summary>
internal static class LocalSocket
{
    private const int LongestPathBytes = 107;

    /// <returns>Null when the path would be too long for a socket.</returns>
    public static string? PathIn(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "daemon.sock");
        return Encoding.UTF8.GetByteCount(path) <= LongestPathBytes ? path : null;
    }

    public static void ListenOnLocalSocket(this KestrelServerOptions kestrel, string path)
    {
        // Left by a daemon that was killed; the lock on the journal says that none runs now.
        File.Delete(path);
        kestrel.ListenUnixSocket(path, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.MarkArrival(Door.LocalSocket);
        });
    }

    public static void Restrict(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
