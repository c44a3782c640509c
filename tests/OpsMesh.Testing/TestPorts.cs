using System.Net;
using System.Net.Sockets;
using OpsMesh.Cli.Smoke;

namespace OpsMesh.Testing;

/// <summary>Hands out the ports of one claimed block, for as long as the test process lives.</summary>
public static class TestPorts
{
    private static readonly PortBlock Block = PortBlock.Claim(_ => true);
    private static int _next;

    /// <exception cref="InvalidOperationException">The block is used up.</exception>
    public static int Next()
    {
        while (Interlocked.Increment(ref _next) is var offset && offset <= PortBlock.Size)
        {
            if (IsFree(Block.Base + offset - 1))
            {
                return Block.Base + offset - 1;
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
}
