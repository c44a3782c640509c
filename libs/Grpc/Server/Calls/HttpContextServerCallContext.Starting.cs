using System.Diagnostics;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed partial class HttpContextServerCallContext
{
    // Kestrel's default for a request body; larger messages need it lifted.
    private const int DefaultBodyLimit = 30_000_000;

    private readonly PipeReader _reader = http.Request.BodyReader;
    private readonly PipeWriter _writer = http.Response.BodyWriter;

    // Asking for a feature that is not there is the slowest question of all.
    private readonly bool _isTraced = Activity.Current is not null;
    private ICompressionProvider? _requestCompression;
    private ICompressionProvider? _responseCompression;

    private bool StreamsRequests => method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming;

    /// <exception cref="RpcException">The request uses an encoding that this server lacks.</exception>
    public void Start()
    {
        http.Response.ContentType = GrpcHeaders.ContentType;
        if (method.Type != MethodType.Unary)
        {
            FollowShutdown();
        }

        var headers = http.Request.Headers;
        if (TimeoutFormat.TryDecode(headers.GrpcTimeout, out var timeout))
        {
            StartDeadline(timeout);
        }

        LiftTransportLimits();
        ChooseEncodings(headers);
    }

    private void LiftTransportLimits()
    {
        if (StreamsRequests)
        {
            // An idle stream sends nothing for hours; Kestrel would cut it after five seconds.
            if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            {
                rate.MinDataRate = null;
            }
        }
        else if (settings.MaxReceiveMessageSize is <= DefaultBodyLimit - FrameHeader.Size)
        {
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
    }

    private void ChooseEncodings(IHeaderDictionary headers)
    {
        if (headers.GrpcEncoding is { Count: > 0 } encoding && encoding.ToString() is var name && name != GrpcHeaders.Identity)
        {
            _requestCompression = settings.Compression.Find(name);
            if (_requestCompression is null)
            {
                http.Response.Headers.GrpcAcceptEncoding = settings.Compression.AcceptEncoding;
                throw new RpcException(new(StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{name}'. Supported encodings: {settings.Compression.AcceptEncoding}"));
            }
        }

        if (settings.ResponseCompression is { } wanted)
        {
            ChooseResponseEncoding(wanted);
        }
    }

    /// <summary>Never an encoding that the peer did not offer.</summary>
    private void ChooseResponseEncoding(string encoding)
    {
        if (encoding != GrpcHeaders.Identity
            && CompressionTable.Offers(http.Request.Headers.GrpcAcceptEncoding, encoding)
            && settings.Compression.Find(encoding) is { } provider)
        {
            _responseCompression = provider;
            http.Response.Headers.GrpcEncoding = encoding;
        }
        else
        {
            _responseCompression = null;
            http.Response.Headers.Remove(GrpcHeaders.Encoding);
        }
    }
}
