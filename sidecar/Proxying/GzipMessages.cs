using System.Buffers.Binary;
using System.IO.Compression;
using Grpc.Core;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>Compresses and decompresses messages: daprd does so on each hop.</summary>
internal static class GzipMessages
{
    /// <returns>Null: refused.</returns>
    public static byte[]? Inflate(byte[] message, int maxBytes, out ProxyRefusal? refusal)
    {
        refusal = null;
        using var plain = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(new MemoryStream(message), CompressionMode.Decompress);
            var chunk = new byte[16 * 1024];
            int count;
            while ((count = gzip.Read(chunk)) > 0)
            {
                plain.Write(chunk, 0, count);
                if (plain.Length > maxBytes)
                {
                    refusal = new ProxyRefusal(StatusCode.ResourceExhausted, $"grpc: message after decompression larger than max {maxBytes}");
                    return null;
                }
            }
        }
        catch (InvalidDataException e)
        {
            refusal = new ProxyRefusal(StatusCode.Internal, $"grpc: failed to decompress the received message: {e.Message}");
            return null;
        }

        return plain.ToArray();
    }

    public static byte[] Frame(byte[] message, bool isGzip)
    {
        using var frame = new MemoryStream();
        frame.Write(new byte[FrameScanner.PrefixLength]);
        if (isGzip)
        {
            using var gzip = new GZipStream(frame, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(message);
        }
        else
        {
            frame.Write(message);
        }

        var bytes = frame.ToArray();
        bytes[0] = isGzip ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), bytes.Length - FrameScanner.PrefixLength);
        return bytes;
    }
}
