using System.Buffers;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Wire;

internal static class Decompression
{
    private const int ChunkBytes = 4096;

    /// <summary>Stops as soon as the plain bytes pass <paramref name="limit"/>, so a small bomb cannot fill the memory.</summary>
    public static PooledBuffer Run(ICompressionProvider provider, in ReadOnlySequence<byte> payload, int? limit)
    {
        var plain = new PooledBuffer((int)Math.Min(payload.Length * 2, limit ?? int.MaxValue));
        try
        {
            using var source = new ReadOnlySequenceStream(payload);
            using var decompressor = provider.CreateDecompressionStream(source);
            int read;
            while ((read = decompressor.Read(plain.GetSpan(ChunkBytes))) > 0)
            {
                plain.Advance(read);
                if (plain.Length > (limit ?? Array.MaxLength))
                {
                    throw new RpcException(
                        new(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));
                }
            }

            return plain;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            plain.Dispose();
            throw new RpcException(new(StatusCode.Internal, "A compressed message could not be decompressed.", failure));
        }
        catch
        {
            plain.Dispose();
            throw;
        }
    }
}
