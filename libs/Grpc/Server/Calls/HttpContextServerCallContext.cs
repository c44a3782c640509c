using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>A call that came in as an HTTP/2 request. Reading, writing and ending stand in the other parts of the class.</summary>
#pragma warning disable CA1001 // EndAsync lets go of what the call holds; its token may outlive it.
internal sealed partial class HttpContextServerCallContext(HttpContext http, IMethod method, MethodSettings settings, CallServices services)
    : ServerCallContext
#pragma warning restore CA1001
{
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private DateTime _deadline = DateTime.MaxValue;
    private Status _status = Status.DefaultSuccess;

    public HttpContext HttpContext => http;

    protected override string MethodCore => method.FullName;

    protected override string HostCore => http.Request.Host.Value ?? "";

    protected override string PeerCore => PeerNames.Of(http.Connection);

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadRequestHeaders();

    protected override CancellationToken CancellationTokenCore => _life is not null ? Source(_life).Token : http.RequestAborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= PeerCertificates.Describe(http.Connection.ClientCertificate);

    protected override IDictionary<object, object> UserStateCore => http.Items!;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options)
    {
        var chosen = options ?? ContextPropagationOptions.Default;
        return new ServerPropagationToken(
            chosen.IsPropagateDeadline && _deadline != DateTime.MaxValue ? _deadline : null,
            chosen.IsPropagateCancellation ? CancellationTokenCore : CancellationToken.None);
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (BeginWrite() is { } refusal)
        {
            return Task.FromException(refusal);
        }

        try
        {
            AddHeaders(responseHeaders);
        }
        catch
        {
            EndWrite();
            throw;
        }

        return FlushAsync(CancellationToken.None);
    }

    private void AddHeaders(Metadata headers)
    {
        if (http.Response.HasStarted || _bodyWritten)
        {
            throw new InvalidOperationException("Response headers can only be sent once per call.");
        }

        foreach (var entry in headers)
        {
            if (entry.Key == GrpcHeaders.InternalEncodingRequest)
            {
                ChooseResponseEncoding(entry.Value);
                continue;
            }

            Append(http.Response.Headers, entry);
        }
    }

    private static void Append(IHeaderDictionary target, Metadata.Entry entry)
    {
        if (!MetadataWire.IsSendable(entry))
        {
            throw new InvalidOperationException($"The value of metadata '{entry.Key}' holds characters other than printable ASCII.");
        }

        target.Append(entry.Key, MetadataWire.Encode(entry));
    }

    private Metadata ReadRequestHeaders()
    {
        var metadata = new Metadata();
        try
        {
            foreach (var (name, values) in http.Request.Headers)
            {
                foreach (var value in values)
                {
                    MetadataWire.Add(metadata, name, value ?? "");
                }
            }
        }
        catch (FormatException malformed)
        {
            throw new RpcException(new(StatusCode.Internal, malformed.Message));
        }

        return metadata;
    }
}
