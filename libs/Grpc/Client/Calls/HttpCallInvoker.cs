using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>Calls over the channel's HTTP handler.</summary>
internal sealed class HttpCallInvoker(ChannelCore channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = AsyncUnaryCall(method, host, options, request);
#pragma warning disable VSTHRD002 // That it blocks is what a blocking call is for.
        return call.ResponseAsync.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Create(method, host, options);
        var response = call.UnaryAsync(request);
        return new(response, Answers.Headers, Answers.Status, Answers.Trailers, Answers.Dispose, call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Create(method, host, options);
        var responses = call.ServerStreaming(request);
        return new(responses, Answers.Headers, Answers.Status, Answers.Trailers, Answers.Dispose, call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = Create(method, host, options);
        var (requests, response) = call.ClientStreaming();
        return new(requests, response, Answers.Headers, Answers.Status, Answers.Trailers, Answers.Dispose, call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = Create(method, host, options);
        var (requests, responses) = call.Duplex();
        return new(requests, responses, Answers.Headers, Answers.Status, Answers.Trailers, Answers.Dispose, call);
    }

    private IMethodCall<TRequest, TResponse> Create<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
        where TRequest : class
        where TResponse : class
    {
        ObjectDisposedException.ThrowIf(channel.IsDisposed, typeof(GrpcChannel));
        return channel.Retries.Find(method) is { } policy
            ? new RetryingCall<TRequest, TResponse>(channel, policy, method, host, options)
            : new ClientCall<TRequest, TResponse>(channel, method, host, options);
    }

    /// <summary>Shared delegates: a call allocates none.</summary>
    private static class Answers
    {
        public static readonly Func<object, Task<Metadata>> Headers = static call => ((IClientCall)call).HeadersAsync;
        public static readonly Func<object, Status> Status = static call => ((IClientCall)call).GetStatus();
        public static readonly Func<object, Metadata> Trailers = static call => ((IClientCall)call).GetTrailers();
        public static readonly Action<object> Dispose = static call => ((IClientCall)call).Dispose();
    }
}
