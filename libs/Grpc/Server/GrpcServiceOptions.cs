using System.IO.Compression;
using Grpc.Net.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>Options of all services; <see cref="GrpcServiceOptions{TService}"/> overrides them for one.</summary>
public class GrpcServiceOptions
{
    internal const int DefaultReceiveMaxMessageSize = 4 * 1024 * 1024;

    private int? _maxSendMessageSize;
    private int? _maxReceiveMessageSize;
    private IList<ICompressionProvider>? _compressionProviders;

    /// <summary>Bytes; null means no limit, which is the default.</summary>
    public int? MaxSendMessageSize
    {
        get => _maxSendMessageSize;
        set
        {
            _maxSendMessageSize = value;
            MaxSendMessageSizeSpecified = true;
        }
    }

    /// <summary>Bytes, before and after decompression; null means no limit, the default is 4 MiB.</summary>
    public int? MaxReceiveMessageSize
    {
        get => _maxReceiveMessageSize;
        set
        {
            _maxReceiveMessageSize = value;
            MaxReceiveMessageSizeSpecified = true;
        }
    }

    /// <summary>Sends texts of unhandled exceptions to clients. Default false.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>Encoding of responses, used when the client accepts it; null means none.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    public CompressionLevel? ResponseCompressionLevel { get; set; }

    public IList<ICompressionProvider> CompressionProviders
    {
        get => _compressionProviders ??= [];
        set => _compressionProviders = value;
    }

    /// <summary>True leaves unknown services and methods to other endpoints (404) instead of UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    /// <summary>The first registered is the outermost.</summary>
    public InterceptorCollection Interceptors { get; } = [];

    /// <summary>True lets interceptors decide whether the service is created at all; here it always is, after them.</summary>
    public bool SuppressCreatingService { get; set; }

    internal bool MaxSendMessageSizeSpecified { get; private set; }

    internal bool MaxReceiveMessageSizeSpecified { get; private set; }

    internal bool HasCompressionProviders => _compressionProviders is { Count: > 0 };
}
