using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using OpsMesh.Identity;

namespace OpsMesh.Reach;

/// <summary>Makes the HTTP handler for one node: our certificate, the node's id demanded, only allowed addresses connected.</summary>
internal sealed class NodeHandlers(MeshIdentity identity, AddressRanges ranges, IOptions<ReachOptions> options)
{
    public SocketsHttpHandler Create(string nodeId)
    {
        var handler = MeshHandlers.ForNode(identity, nodeId);
        handler.ConnectTimeout = options.Value.ConnectWithin;
        handler.ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, cancellationToken);
        return handler;
    }

    private async ValueTask<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, ranges.Allows);
        if (allowed.Length == 0)
        {
            throw new HttpRequestException($"No address of '{target.Host}' is in an allowed range (Reach:AllowedRanges).");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
