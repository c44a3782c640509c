using Grpc.Core;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>The four shapes of a handler that takes its service instance with each call.</summary>
internal static class HandlerPipeline<TService>
    where TService : class
{
    public delegate Task<TResponse> Unary<TRequest, TResponse>(TService service, TRequest request, ServerCallContext context);

    public delegate Task<TResponse> ClientStreaming<TRequest, TResponse>(
        TService service, IAsyncStreamReader<TRequest> requests, ServerCallContext context);

    public delegate Task ServerStreaming<TRequest, TResponse>(
        TService service, TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context);

    public delegate Task Duplex<TRequest, TResponse>(
        TService service, IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context);
}
