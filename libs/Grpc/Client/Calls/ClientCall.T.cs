using System.Net;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>The four kinds of call: one request or a stream of them out, one response or a stream of them in.</summary>
internal sealed partial class ClientCall<TRequest, TResponse>(
    ChannelCore channel, Method<TRequest, TResponse> method, string? host, CallOptions options)
    : ClientCall(channel, method, host, options), IMethodCall<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    private RequestStreamContent<TRequest>? _requests;
    private TaskCompletionSource? _ended;
    private ResponseFrames? _frames;

    public bool HasEnded => End is not null;

    public Task<TResponse> UnaryAsync(TRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Watch();
        return SingleResponseAsync(new SingleMessageContent<TRequest>(this, request));
    }

    public IAsyncStreamReader<TResponse> ServerStreaming(TRequest request) =>
        new ResponseStreamReader<TResponse>(this, ServerStreamingAsync(request));

    public Task<OpenResponse<TResponse>> ServerStreamingAsync(TRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Watch();
        return OpenAsync(new SingleMessageContent<TRequest>(this, request));
    }

    public (IClientStreamWriter<TRequest> Requests, Task<TResponse> Response) ClientStreaming() => ClientStreamingAsync();

    public (IClientStreamWriter<TRequest> Requests, IAsyncStreamReader<TResponse> Responses) Duplex()
    {
        var (requests, responses) = DuplexAsync();
        return (requests, new ResponseStreamReader<TResponse>(this, responses));
    }

    public (MessageWriter<TRequest> Requests, Task<TResponse> Response) ClientStreamingAsync()
    {
        Watch();
        var content = StreamContent();
        return (new RequestStreamWriter<TRequest>(this, content), SingleResponseAsync(content));
    }

    public (MessageWriter<TRequest> Requests, Task<OpenResponse<TResponse>> Responses) DuplexAsync()
    {
        Watch();
        var content = StreamContent();
        return (new RequestStreamWriter<TRequest>(this, content), OpenAsync(content));
    }

    /// <summary>The next response, or null after the last one of a call that ended well.</summary>
    private async Task<TResponse?> ReadAsync(ResponseFrames frames, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(static call => ((ClientCall)call!).CancelByCaller(), this);
        try
        {
            var message = await frames.ReadAsync(method.ResponseMarshaller.ContextualDeserializer, Token);
            if (message is null)
            {
                ThrowUnlessOk(Finish(frames.End()));
            }

            return message;
        }
#pragma warning disable CA1031 // Every failure becomes the status of the call.
        catch (Exception failure) when (End is null || failure is not RpcException)
#pragma warning restore CA1031
        {
            throw ExceptionFor(Finish(failure));
        }
    }

    public Exception Failure(Exception failure) => ExceptionFor(Finish(failure));

    /// <summary>What a writer throws once its call has ended.</summary>
    public Exception WriteRefusal() => End is { Status.StatusCode: not StatusCode.OK } end
        ? ExceptionFor(end)
        : new InvalidOperationException("Can't write the message because the call is complete.");

    /// <summary>The status that the server gave to a call whose write failed: it says more than the write does.</summary>
    public async Task<Exception> WriteFailureAsync(Exception failure)
    {
        // The response may still be on its way; it comes, or the connection's end does.
        if (End is null && _ended is { } ended)
        {
            await ended.Task.WaitAsync(TimeSpan.FromSeconds(1), Channel.Clock).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return End is null ? Failure(failure) : WriteRefusal();
    }

    protected override void OnEnd(CallEnd end)
    {
        _requests?.Stop();
        _ended?.TrySetResult();
        if (end.Status.StatusCode != StatusCode.OK)
        {
            // Resets the stream, which tells the server.
            Volatile.Read(ref _frames)?.Dispose();
        }
    }

    private RequestStreamContent<TRequest> StreamContent()
    {
        _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests = new();
        if (End is not null)
        {
            OnEnd(End);
        }

        return _requests;
    }

    /// <summary>Sends for itself as <see cref="RunAsync"/> does: a unary call has one state machine.</summary>
    private async Task<TResponse> SingleResponseAsync(HttpContent content)
    {
        HttpResponseMessage? response = null;
        try
        {
            using var request = CreateRequest(content);
            if (NeedsCredentials)
            {
                await AddCredentialsAsync(request);
            }

            response = await Channel.SendAsync(request, Token);
            var encoding = ReadHeaders(response);
            using var frames = Open(response, await response.Content.ReadAsStreamAsync(Token), encoding);
            var message = await frames.ReadAsync(method.ResponseMarshaller.ContextualDeserializer, Token);
            if (message is not null && await frames.ReadAsync(method.ResponseMarshaller.ContextualDeserializer, Token) is not null)
            {
                throw new RpcException(new(StatusCode.Internal, "Unexpected data after finished reading message."));
            }

            var end = frames.End();
            if (message is null && end.Status.StatusCode == StatusCode.OK)
            {
                throw new RpcException(new(StatusCode.Internal, "Failed to deserialize response message."));
            }

            ThrowUnlessOk(Finish(end));
            return message!;
        }
#pragma warning disable CA1031 // Every failure becomes the status of the call.
        catch (Exception failure) when (End is not { Status.StatusCode: StatusCode.OK })
#pragma warning restore CA1031
        {
            response?.Dispose();
            throw Failure(failure);
        }
    }

    /// <summary>Sends the request and reads the response as far as its headers.</summary>
    private async Task<ResponseFrames> RunAsync(HttpContent content)
    {
        HttpResponseMessage? response = null;
        try
        {
            using var request = CreateRequest(content);
            if (NeedsCredentials)
            {
                await AddCredentialsAsync(request);
            }

            response = await Channel.SendAsync(request, Token);
            var encoding = ReadHeaders(response);
            return Open(response, await response.Content.ReadAsStreamAsync(Token), encoding);
        }
#pragma warning disable CA1031 // Every failure becomes the status of the call.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            response?.Dispose();
            throw Failure(failure);
        }
    }

    /// <returns>The encoding of compressed messages.</returns>
    private string? ReadHeaders(HttpResponseMessage response)
    {
        var fields = new ProtocolFields(response.Headers);
        if (fields.Status() is { } status)
        {
            HeadersArrived(response, commits: false);
            ThrowUnlessOk(Finish(new CallEnd(status, response.Headers)));
        }
        else
        {
            CheckResponse(response);
            HeadersArrived(response, commits: true);
        }

        return fields.Encoding;
    }

    private ResponseFrames Open(HttpResponseMessage response, Stream stream, string? encoding)
    {
        var frames = new ResponseFrames(response, stream, Channel.MaxReceiveMessageSize, Channel.Compression, encoding);
        Volatile.Write(ref _frames, frames);
        if (End is { Status.StatusCode: not StatusCode.OK } already)
        {
            frames.Dispose();
            throw ExceptionFor(already);
        }

        return frames;
    }

    private async Task<OpenResponse<TResponse>> OpenAsync(HttpContent content)
    {
        var frames = await RunAsync(content);
        return new(cancellationToken => ReadAsync(frames, cancellationToken), frames);
    }

    private void ThrowUnlessOk(CallEnd end)
    {
        if (end.Status.StatusCode != StatusCode.OK)
        {
            throw ExceptionFor(end);
        }
    }

    private static void CheckResponse(HttpResponseMessage response)
    {
        if (response.Version < HttpVersion.Version20)
        {
            throw new RpcException(new(
                StatusCode.Internal, $"Bad gRPC response. Response protocol downgraded to HTTP/{response.Version}."));
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new RpcException(new(
                FailureStatus.OfHttp(response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}"));
        }

        var contentType = ResponseMetadata.Single(response.Content.Headers, "Content-Type");
        if (!GrpcHeaders.IsGrpcContentType(contentType))
        {
            throw new RpcException(new(
                StatusCode.Cancelled, $"Bad gRPC response. Invalid content-type value: {contentType ?? "none"}"));
        }
    }
}
