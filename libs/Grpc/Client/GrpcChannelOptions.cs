using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Grpc.Net.Compression;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client;

public sealed class GrpcChannelOptions
{
    internal const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;
    internal const int DefaultMaxRetryAttempts = 5;

    /// <summary>Null: by the scheme of the address.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Bytes; null, the default, means no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Bytes, before and after decompression; null means no limit, the default is 4 MiB.</summary>
    public int? MaxReceiveMessageSize { get; set; } = DefaultMaxReceiveMessageSize;

    /// <summary>Caps the attempts of every retry policy. Default 5.</summary>
    public int? MaxRetryAttempts { get; set; } = DefaultMaxRetryAttempts;

    /// <summary>Bytes that the channel keeps for retries. Default 16 MiB.</summary>
    public long? MaxRetryBufferSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>Bytes that one call keeps for retries. Default 1 MiB.</summary>
    public long? MaxRetryBufferPerCallSize { get; set; } = 1024 * 1024;

    public IList<ICompressionProvider>? CompressionProviders { get; set; }

    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Either this or <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Null: a SocketsHttpHandler that opens further connections when one has no stream left.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>True lets the channel dispose of the given client or handler.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>True makes cancelled calls throw OperationCanceledException in place of RpcException.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>True sends call credentials even in plain text.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    public ServiceConfig? ServiceConfig { get; set; }

    /// <summary>No meaning here: there is no resolver.</summary>
    public bool DisableResolverServiceConfig { get; set; }

    public IServiceProvider? ServiceProvider { get; set; }

    /// <summary>Null: 2.0.</summary>
    public Version? HttpVersion { get; set; }

    /// <summary>Null: the exact version.</summary>
    public HttpVersionPolicy? HttpVersionPolicy { get; set; }
}
