using System.Net.Sockets;
using Grpc.Core;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>The gRPC status of a call that broke on its way.</summary>
internal static class ProxyFailure
{
    public static ProxyRefusal Dialing(string problem) => new(StatusCode.Unavailable, $"connection error: desc = \"transport: Error while dialing: {problem}\"");

    /// <param name="port">That of the application.</param>
    public static ProxyRefusal Describe(Exception failure, int port)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case HttpProtocolException { ErrorCode: 8 }:
                    return new(StatusCode.Cancelled, "stream terminated by RST_STREAM with error code: CANCEL");
                case HttpProtocolException { ErrorCode: 7 }:
                    return new(StatusCode.Unavailable, "stream terminated by RST_STREAM with error code: REFUSED_STREAM");
                case HttpProtocolException { ErrorCode: 11 }:
                    return new(StatusCode.ResourceExhausted, "stream terminated by RST_STREAM with error code: ENHANCE_YOUR_CALM");
                case HttpProtocolException reset:
                    return new(StatusCode.Internal, $"stream terminated by RST_STREAM with error code: {Name(reset.ErrorCode)}");
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return Dialing($"dial tcp 127.0.0.1:{port}: connect: connection refused");
                case SocketException or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return new(StatusCode.Unavailable, "error reading from server: EOF");
            }
        }

        return new(StatusCode.Unavailable, $"connection error: desc = \"{failure.Message}\"");
    }

    private static string Name(long code) => code switch
    {
        0 => "NO_ERROR",
        1 => "PROTOCOL_ERROR",
        2 => "INTERNAL_ERROR",
        3 => "FLOW_CONTROL_ERROR",
        5 => "STREAM_CLOSED",
        6 => "FRAME_SIZE_ERROR",
        12 => "INADEQUATE_SECURITY",
        _ => $"unknown error code {code}",
    };
}
