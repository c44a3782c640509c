using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

internal sealed partial class ClientCall<TRequest, TResponse>
{
    private static readonly string UserAgent = "grpc-dotnet-opsmesh/0.1";

    private ICompressionProvider? _compression;

    /// <summary>Appends one request message, framed, to the target.</summary>
    public void Encode(TRequest message, PooledBuffer target, WriteOptions? writeOptions)
    {
        MessageEncoder.Encode(
            message,
            method.RequestMarshaller.ContextualSerializer,
            target,
            ((writeOptions ?? Options.WriteOptions)?.Flags & WriteFlags.NoCompress) == WriteFlags.NoCompress ? null : _compression,
            null,
            Channel.MaxSendMessageSize);
        LastRequestBytes = target.Length;
    }

    /// <summary>Framed.</summary>
    public int LastRequestBytes { get; private set; }

    private bool NeedsCredentials =>
        (Options.Credentials is not null || Channel.Credentials.Calls.Count > 0) && Channel.SendsCallCredentials();

    /// <exception cref="OperationCanceledException">The deadline is past, or the token cancelled: then nothing is sent.</exception>
    private HttpRequestMessage CreateRequest(HttpContent content)
    {
        Token.ThrowIfCancellationRequested();
        var request = new HttpRequestMessage(HttpMethod.Post, Channel.UriOf(method))
        {
            Version = Channel.HttpVersion,
            VersionPolicy = Channel.HttpVersionPolicy,
        };
        var headers = request.Headers;

        // The spelling that the HTTP library has itself: it finds these names by reference. On the wire they are lower case.
        headers.TryAddWithoutValidation("TE", "trailers");
        headers.TryAddWithoutValidation("User-Agent", UserAgent);
        headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, Channel.Compression.AcceptEncoding);
        if (Host is not null)
        {
            headers.Host = Host;
        }

        if (Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            headers.TryAddWithoutValidation(GrpcHeaders.Timeout, TimeoutFormat.Encode(Remaining(deadline)));
        }

        if (Options.Headers is { Count: > 0 } metadata)
        {
            AddMetadata(request, metadata);
        }

        content.Headers.TryAddWithoutValidation("Content-Type", GrpcHeaders.ContentType);
        request.Content = content;
        return request;
    }

    private void AddMetadata(HttpRequestMessage request, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (entry.Key == GrpcHeaders.InternalEncodingRequest)
            {
                _compression = Channel.Compression.Find(entry.Value)
                    ?? (entry.Value == GrpcHeaders.Identity ? null : throw new InvalidOperationException(
                        $"Could not find compression provider for '{entry.Value}'."));
                if (_compression is not null)
                {
                    request.Headers.TryAddWithoutValidation(GrpcHeaders.Encoding, entry.Value);
                }

                continue;
            }

            if (MetadataWire.IsProtocol(entry.Key))
            {
                continue;
            }

            if (!MetadataWire.IsSendable(entry))
            {
                throw new ArgumentException($"The value of metadata '{entry.Key}' holds characters other than printable ASCII.");
            }

            request.Headers.TryAddWithoutValidation(entry.Key, MetadataWire.Encode(entry));
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        NeedsCredentials ? SendWithCredentialsAsync(request) : Channel.SendAsync(request, Token);

    private async Task<HttpResponseMessage> SendWithCredentialsAsync(HttpRequestMessage request)
    {
        var context = new AuthInterceptorContext(Channel.ServiceUrl(method), method.Name, Token);
        var metadata = new Metadata();
        foreach (var credentials in Channel.Credentials.Calls.Append(Options.Credentials))
        {
            if (credentials is null)
            {
                continue;
            }

            foreach (var interceptor in CallCredentialsReader.Interceptors(credentials))
            {
                await interceptor(context, metadata).ConfigureAwait(false);
            }
        }

        AddMetadata(request, metadata);
        return await Channel.SendAsync(request, Token).ConfigureAwait(false);
    }
}
