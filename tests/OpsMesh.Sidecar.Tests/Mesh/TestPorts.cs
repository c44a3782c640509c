using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OpsMesh.Sidecar.Tests.Mesh;

/// <summary>A block of ports that no other test or smoke on this machine uses: all claim theirs by the same lock files.</summary>
internal static class PortBlock
{
    private const int First = 20_000;
    private const int Blocks = 11;
    private const int Size = 1_000;

    private static readonly (FileStream Lock, int Start) Claimed = Claim();
    private static int _next;

    public static int Next()
    {
        while (Interlocked.Increment(ref _next) is var offset && offset <= Size)
        {
            if (IsFree(Claimed.Start + offset - 1))
            {
                return Claimed.Start + offset - 1;
            }
        }

        throw new InvalidOperationException("The block of ports is used up.");
    }

    /// <summary>Something that knows nothing of the blocks may have the port.</summary>
    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static (FileStream Lock, int Start) Claim()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "opsmesh-ports")).FullName;
        for (var block = 0; block < Blocks; block++)
        {
            var start = First + (block * Size);
            try
            {
                return (new FileStream(Path.Combine(folder, start.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), start);
            }
            catch (IOException)
            {
                // Taken by another run.
            }
        }

        throw new InvalidOperationException("Every block of test ports is taken.");
    }
}
