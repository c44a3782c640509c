using System.Globalization;
using Grpc.Core;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>Why this sidecar itself ends a proxied call.</summary>
internal sealed record ProxyRefusal(StatusCode Code, string Message)
{
    public static readonly ProxyRefusal CutOff = new(StatusCode.Internal, "unexpected EOF");

    public static readonly ProxyRefusal NotReplayable = new(StatusCode.FailedPrecondition, "cannot use resiliency policies with retries on streaming RPCs");

    public static ProxyRefusal TooLarge(long length, int maxBytes) =>
        new(StatusCode.ResourceExhausted, string.Create(CultureInfo.InvariantCulture, $"grpc: received message larger than max ({length} vs. {maxBytes})"));
}
