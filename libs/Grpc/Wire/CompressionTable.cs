using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.Wire;

/// <summary>The encodings one side speaks, by name, and the header that says so.</summary>
internal sealed class CompressionTable
{
    public static readonly CompressionTable Default = new(
        [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)]);

    private readonly Dictionary<string, ICompressionProvider> _providers = new(StringComparer.Ordinal);

    public CompressionTable(IEnumerable<ICompressionProvider> providers)
    {
        foreach (var provider in providers)
        {
            _providers.TryAdd(provider.EncodingName, provider);
        }

        AcceptEncoding = string.Join(',', [GrpcHeaders.Identity, .. _providers.Keys]);
    }

    public string AcceptEncoding { get; }

    public ICompressionProvider? Find(string encoding) => _providers.GetValueOrDefault(encoding);

    /// <summary>Whether the comma-separated list of grpc-accept-encoding names <paramref name="encoding"/>.</summary>
    public static bool Offers(string? acceptEncoding, string encoding)
    {
        if (acceptEncoding is null)
        {
            return false;
        }

        foreach (var part in acceptEncoding.AsSpan().Split(','))
        {
            if (acceptEncoding.AsSpan(part).Trim().SequenceEqual(encoding))
            {
                return true;
            }
        }

        return false;
    }
}
