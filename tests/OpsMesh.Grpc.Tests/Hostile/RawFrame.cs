using System.Buffers.Binary;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>One HTTP/2 frame.</summary>
internal readonly record struct RawFrame(byte Type, byte Flags, int Stream, byte[] Payload)
{
    public const int HeaderBytes = 9;

    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;

    public const byte Ack = 1;
    public const byte EndStream = 1;
    public const byte EndHeaders = 4;

    public bool EndsStream => Type is Data or Headers && (Flags & EndStream) != 0;

    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderBytes + Payload.Length];
        bytes[0] = (byte)(Payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(1), (ushort)Payload.Length);
        bytes[3] = Type;
        bytes[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes, HeaderBytes);
        return bytes;
    }

    /// <returns>Null when the peer has closed the connection, cleanly or not.</returns>
    public static async Task<RawFrame?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderBytes];
        try
        {
            await stream.ReadExactlyAsync(header, cancellationToken);
            var payload = new byte[(header[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1))];
            await stream.ReadExactlyAsync(payload, cancellationToken);
            return new(header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue, payload);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            return null;
        }
    }
}
