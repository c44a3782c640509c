using System.IO.Compression;
using Grpc.Net.Compression;

namespace OpsMesh.Interop;

/// <summary>Gzip that tells of every message it unpacks. The headers say what a peer may compress, only the flag of a message what it did.</summary>
internal sealed class WitnessedGzip(Action unpacking) : ICompressionProvider
{
    public const string Name = "gzip";

    private readonly GzipCompressionProvider _gzip = new(CompressionLevel.Fastest);

    public string EncodingName => Name;

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => _gzip.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream)
    {
        unpacking();
        return _gzip.CreateDecompressionStream(stream);
    }
}
