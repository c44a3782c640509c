using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OpsMesh.Hosting;

public static class KestrelPorts
{
    private const int StreamWindowBytes = 256 * 1024;
    private const int ConnectionWindowBytes = 16 * 1024 * 1024;
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxHeaders = 64;

    /// <summary>Opens the app port and the management port. The node port needs certificates and so belongs to libs/Access.</summary>
    public static void ListenOn(this KestrelServerOptions kestrel, PortOptions ports)
    {
        if (ports.App is { } app)
        {
            kestrel.Listen(IPAddress.Loopback, app, listen =>
            {
                listen.Protocols = ports.AppProtocols;
                listen.MarkArrival(Door.App);
            });
        }

        if (ports.Management is { } management)
        {
            kestrel.Listen(ports.ManagementBind, management, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.MarkArrival(Door.Management);
            });
        }
    }

    /// <summary>One set of limits for the whole server: Kestrel knows none per port.</summary>
    public static void ApplyMeshLimits(this KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 100;
        kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        // With the default of 1 MiB two stalled uploads would block every command on the connection.
        kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(20);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
    }
}
