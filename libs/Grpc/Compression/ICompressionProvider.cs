using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>One message encoding.</summary>
public interface ICompressionProvider
{
    /// <summary>As in grpc-encoding.</summary>
    string EncodingName { get; }

    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    Stream CreateDecompressionStream(Stream stream);
}
