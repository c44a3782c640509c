using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using OpsMesh.Hosting;

namespace OpsMesh.Rpc;

/// <summary>
/// The outermost interceptor of every server: what leaves it is a gRPC status that a caller can act on. Refusals pass; a call that its
/// caller gave up ends as CANCELLED, one that the drain cut as UNAVAILABLE; a bug as INTERNAL with a trace id, logged once.
/// </summary>
public sealed partial class ErrorInterceptor(Readiness readiness, ILogger<ErrorInterceptor> logger) : Interceptor
{
    /// <summary>Trailer that names the trace of a call that failed.</summary>
    public const string TraceTrailer = "opsmesh-trace";

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception exception)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception)
        {
            throw Translate(exception, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception)
        {
            throw Translate(exception, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        var trace = Activity.Current?.TraceId.ToHexString();
        if (trace is not null && context.ResponseTrailers.Get(TraceTrailer) is null)
        {
            context.ResponseTrailers.Add(TraceTrailer, trace);
        }

        if (exception is RpcException refusal)
        {
            return refusal;
        }

        if (exception is FailureException outage)
        {
            LogOutage(outage, context.Method);
            return RpcStatusMap.ToRpcException(outage.Failure);
        }

        if (context.CancellationToken.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            LogGone(context.Method);
            return new RpcException(new Status(StatusCode.Cancelled, "The caller gave the call up."));
        }

        if (readiness.IsDraining && exception is OperationCanceledException)
        {
            LogDrained(context.Method);
            return RpcStatusMap.ToRpcException(
                new Failure(FailureKind.Unavailable, Reasons.Draining, "This process is about to stop; connect again.") { RetryAfter = TimeSpan.FromSeconds(1) });
        }

        LogFailed(exception, context.Method);
        return new RpcException(new Status(StatusCode.Internal, $"Internal error; the log of this process has it under trace {trace ?? "unknown"}."));
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} ended: its caller is gone.")]
    private partial void LogGone(string method);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} ended: draining.")]
    private partial void LogDrained(string method);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} was refused: what it needs does not work.")]
    private partial void LogOutage(Exception exception, string method);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed.")]
    private partial void LogFailed(Exception exception, string method);
}
