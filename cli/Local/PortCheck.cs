using System.Net;
using System.Net.Sockets;
using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local;

/// <summary>Finds a taken port before anything is started, and says whose it is.</summary>
internal static class PortCheck
{
    public static void Run(TyeTopology topology)
    {
        foreach (var service in topology.Services)
        {
            foreach (var port in service.AllPorts)
            {
                if (!IsFree(port))
                {
                    throw Taken(port, service.Name);
                }
            }
        }
    }

    public static CliException Taken(int port, string wanting)
    {
        var owner = PortOwner.Describe(port) ?? "a process that cannot be seen from here";
        return new CliException(ExitCodes.PortTaken, $"Port {port}, which {wanting} needs, is taken by {owner}. Stop it, or choose another block with --port-base.");
    }

    public static bool IsFree(int port)
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
