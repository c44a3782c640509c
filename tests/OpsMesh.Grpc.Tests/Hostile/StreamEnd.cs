using System.Buffers.Binary;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>How a server ended a stream: with the statuses of its headers and trailers, or with a reset.</summary>
internal sealed record StreamEnd(int? Http, int? Grpc, int? Reset)
{
    public static readonly StreamEnd None = new(null, null, null);

    public StreamEnd With(RawFrame frame)
    {
        switch (frame.Type)
        {
            case RawFrame.Headers:
                var (http, grpc) = HeaderBlock.ReadStatuses(frame.Payload);
                return new(http ?? Http, grpc ?? Grpc, Reset);
            case RawFrame.ResetStream:
                return this with { Reset = BinaryPrimitives.ReadInt32BigEndian(frame.Payload) };
            default:
                return this;
        }
    }
}
