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
    private TaskCompletionSource? _answered;
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
        var registration = cancellationToken.UnsafeRegister(static call => ((ClientCall)call!).CancelByCaller(), this);
        try
        {
            var message = await frames.ReadAsync(method.ResponseMarshaller.ContextualDeserializer, Token).ConfigureAwait(false);
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
        finally
        {
            registration.Unregister();
        }
    }

    public Exception Failure(Exception failure) => ExceptionFor(Finish(failure));

    /// <summary>What a writer throws once its call has ended.</summary>
    public Exception WriteRefusal() => End is { Status.StatusCode: not StatusCode.OK } end
        ? ExceptionFor(end)
        : new InvalidOperationException("Can't write the message because the call is complete.");

    /// <summary>
    /// What a write throws that has failed: the status of the call where it is known, as it says more. The call itself goes on, as its
    /// responses and its status may still be to come; where the connection is gone, whoever reads them will see that too.
    /// </summary>
    public async Task<Exception> WriteFailureAsync(Exception failure)
    {
        // Of a single response the status comes by itself, and of a stream when the server refuses it at once; soon, if it comes.
        if (End is null && _answered is { } answered)
        {
            await ((Task)answered.Task.WaitAsync(TimeSpan.FromSeconds(1), Channel.Clock)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return End is null ? ExceptionFor(EndOf(failure)) : WriteRefusal();
    }

    protected override void OnEnd(CallEnd end)
    {
        _requests?.Stop();
        _answered?.TrySetResult();
        if (end.Status.StatusCode != StatusCode.OK)
        {
            // Resets the stream, which tells the server.
            Volatile.Read(ref _frames)?.Dispose();
        }
    }

    private RequestStreamContent<TRequest> StreamContent()
    {
        _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
            response = await SendAsync(request).ConfigureAwait(false);
            var stream = await response.Content.ReadAsStreamAsync(Token).ConfigureAwait(false);
            using var frames = Open(response, stream, ReadHeaders(response, isStream: false));
            var message = await frames.ReadAsync(method.ResponseMarshaller.ContextualDeserializer, Token).ConfigureAwait(false);
            if (message is not null
                && await frames.ReadAsync(method.ResponseMarshaller.ContextualDeserializer, Token).ConfigureAwait(false) is not null)
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
            response = await SendAsync(request).ConfigureAwait(false);
            var stream = await response.Content.ReadAsStreamAsync(Token).ConfigureAwait(false);
            return Open(response, stream, ReadHeaders(response, isStream: true));
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
    private string? ReadHeaders(HttpResponseMessage response, bool isStream)
    {
        var fields = new ProtocolFields(response.Headers);
        if (fields.Status() is { } status)
        {
            HeadersArrived(response, commits: false);

            // A stream may be empty. A single response that is not there is a failure, which is found when it is read.
            if (isStream || status.StatusCode != StatusCode.OK)
            {
                ThrowUnlessOk(Finish(new CallEnd(status, response.Headers)));
            }
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
        var frames = await RunAsync(content).ConfigureAwait(false);
        _answered?.TrySetResult();
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
