using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

internal static class PeerNames
{
    public static string Of(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetwork } v4 => $"ipv4:{v4}:{connection.RemotePort}",
        { IsIPv4MappedToIPv6: true } mapped => $"ipv4:{mapped.MapToIPv4()}:{connection.RemotePort}",
        IPAddress v6 => $"ipv6:[{v6}]:{connection.RemotePort}",
    };
}
