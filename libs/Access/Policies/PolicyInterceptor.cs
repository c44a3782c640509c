using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpsMesh.Rpc;

namespace OpsMesh.Access;

/// <summary>Stands before every method: who is calling, may they, and does each message speak for nobody else.</summary>
internal sealed partial class PolicyInterceptor(PolicyTable table, CallerJudge judge, AccessMetrics metrics, ILogger<PolicyInterceptor> logger)
    : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context)(request as IMessage);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(Check(requestStream, Admit(context)), context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Admit(context)(request as IMessage);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(Check(requestStream, Admit(context)), responseStream, context);

    private static CheckedReader<T> Check<T>(IAsyncStreamReader<T> stream, Action<IMessage?> check) =>
        new(stream, message => check(message as IMessage));

    /// <returns>What each message of the call has to pass.</returns>
    /// <exception cref="RpcException">The caller may not call.</exception>
    private Action<IMessage?> Admit(ServerCallContext context)
    {
        // The routed method, not the path of the request: two ways to read a path are one way too many.
        var method = context.GetHttpContext().GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName;
        var policy = (method is null ? null : table.Find(method))
            ?? throw new InvalidOperationException($"'{context.Method}' has no policy; RequirePolicies() was not called after it was mapped.");
        var caller = policy.IsOpen ? Caller.Anyone : Accept(judge.Judge(context.GetHttpContext(), policy), method!);
        Refuse(policy.Check(caller), method!, caller);
        context.SetCaller(caller);
        return message => Refuse(policy.Check(caller, message ?? throw new InvalidOperationException($"'{method}' has messages that are not protobuf.")), method!, caller);
    }

    private Caller Accept(Outcome<Caller> outcome, string method)
    {
        if (!outcome.Succeeded)
        {
            Refuse(outcome.Failure, method, caller: null);
        }

        return outcome.Value!;
    }

    private void Refuse(Failure? failure, string method, Caller? caller)
    {
        if (failure is not null)
        {
            metrics.Refused(method, failure.Reason);
            LogRefused(method, caller?.Id ?? "unknown", failure.Reason);
            throw RpcStatusMap.ToRpcException(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} refused for {Caller}: {Reason}.")]
    private partial void LogRefused(string method, string caller, string reason);
}
