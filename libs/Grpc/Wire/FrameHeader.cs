using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>The five bytes before each message: a compression flag and the length, big-endian.</summary>
internal static class FrameHeader
{
    public const int Size = 5;

    public static void Write(Span<byte> target, int length, bool compressed)
    {
        target[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(target[1..], (uint)length);
    }

    /// <returns>False when fewer than five bytes are there.</returns>
    /// <exception cref="RpcException">The flag is neither 0 nor 1, or the length is over <paramref name="limit"/>.</exception>
    public static bool TryRead(in ReadOnlySequence<byte> buffer, int? limit, out int length, out bool compressed)
    {
        length = 0;
        compressed = false;
        if (buffer.Length < Size)
        {
            return false;
        }

        if (buffer.FirstSpan.Length >= Size)
        {
            Parse(buffer.FirstSpan, limit, out length, out compressed);
            return true;
        }

        Span<byte> header = stackalloc byte[Size];
        buffer.Slice(0, Size).CopyTo(header);
        Parse(header, limit, out length, out compressed);
        return true;
    }

    public static void Parse(ReadOnlySpan<byte> header, int? limit, out int length, out bool compressed)
    {
        if (header[0] > 1)
        {
            throw new RpcException(new(StatusCode.Internal, "Unexpected compressed flag value in message header."));
        }

        compressed = header[0] == 1;
        var announced = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (announced > (uint)(limit ?? int.MaxValue))
        {
            throw new RpcException(new(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));
        }

        length = (int)announced;
    }
}
