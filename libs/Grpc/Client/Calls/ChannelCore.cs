using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grpc.Net.Client.Calls;

/// <summary>What the calls of a channel share.</summary>
internal sealed partial class ChannelCore : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly bool _ownsInvoker;
    private readonly CancellationTokenSource _disposing = new();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, Uri> _uris = new(StringComparer.Ordinal);
    private readonly Uri _address;
    private readonly bool _sendsCallCredentials;
    private bool _hasWarned;

    public ChannelCore(Uri address, GrpcChannelOptions options)
    {
        if (options.HttpClient is not null && options.HttpHandler is not null)
        {
            throw new ArgumentException("HttpClient and HttpHandler have been configured. Only one HTTP caller can be specified.", nameof(options));
        }

        if (address.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException($"No address resolver configured for the scheme '{address.Scheme}'.");
        }

        var secure = address.Scheme == "https";
        Credentials = ResolvedCredentials.Of(options.Credentials, secure);
        _sendsCallCredentials = secure || options.UnsafeUseInsecureChannelCallCredentials;
        _address = address;
        _invoker = options.HttpClient ?? new HttpMessageInvoker(
            options.HttpHandler ?? DefaultHandler(), options.HttpHandler is null || options.DisposeHttpClient);
        _ownsInvoker = options.HttpClient is null || options.DisposeHttpClient;
        MaxSendMessageSize = options.MaxSendMessageSize;
        MaxReceiveMessageSize = options.MaxReceiveMessageSize;
        ThrowsOnCancellation = options.ThrowOperationCanceledOnCancellation;
        HttpVersion = options.HttpVersion ?? System.Net.HttpVersion.Version20;
        HttpVersionPolicy = options.HttpVersionPolicy ?? System.Net.Http.HttpVersionPolicy.RequestVersionExact;
        Compression = options.CompressionProviders is { Count: > 0 } providers ? new(providers) : CompressionTable.Default;
        Logger = options.LoggerFactory?.CreateLogger("Grpc.Net.Client.Internal.GrpcCall") ?? NullLogger.Instance;
        Clock = options.ServiceProvider?.GetService(typeof(TimeProvider)) as TimeProvider ?? TimeProvider.System;
        Retries = new(options.ServiceConfig, options);
        Disposing = _disposing.Token;
    }

    public ResolvedCredentials Credentials { get; }

    public int? MaxSendMessageSize { get; }

    public int? MaxReceiveMessageSize { get; }

    public bool ThrowsOnCancellation { get; }

    public Version HttpVersion { get; }

    public HttpVersionPolicy HttpVersionPolicy { get; }

    public CompressionTable Compression { get; }

    public ILogger Logger { get; }

    public TimeProvider Clock { get; }

    public RetryTable Retries { get; }

    public CancellationToken Disposing { get; }

    public Task Disposed => _disposed.Task;

    public bool IsDisposed => _disposed.Task.IsCompleted;

    /// <summary>To be asked for a call that has credentials.</summary>
    public bool SendsCallCredentials()
    {
        if (!_sendsCallCredentials && !Interlocked.Exchange(ref _hasWarned, true))
        {
            CallCredentialsNotUsed(Logger);
        }

        return _sendsCallCredentials;
    }

    public Uri UriOf(IMethod method) => _uris.TryGetValue(method.FullName, out var known)
        ? known
        : _uris.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), _address);

    public string ServiceUrl(IMethod method) => $"{_address.GetLeftPart(UriPartial.Authority)}/{method.ServiceName}";

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker is HttpClient client
            ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : _invoker.SendAsync(request, cancellationToken);

    public void Dispose()
    {
        if (!_disposed.TrySetResult())
        {
            return;
        }

        _disposing.Cancel();
        if (_ownsInvoker)
        {
            _invoker.Dispose();
        }

        _disposing.Dispose();
    }

    private static SocketsHttpHandler DefaultHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
    };

    [LoggerMessage(LogLevel.Warning, "The configured CallCredentials were not used because the call does not use TLS.")]
    private static partial void CallCredentialsNotUsed(ILogger logger);
}
