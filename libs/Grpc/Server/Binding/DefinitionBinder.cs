using Grpc.Core;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>Binds handlers that are delegates already; the definition itself stands where the service instance would.</summary>
internal sealed class DefinitionBinder(ServiceRoutes<ServerServiceDefinition> routes) : ServiceBinderBase
{
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        routes.Add<TRequest, TResponse>(method, (_, request, context) => Required(handler)(request, context), []);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        routes.Add<TRequest, TResponse>(method, (_, requests, context) => Required(handler)(requests, context), []);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        routes.Add<TRequest, TResponse>(method, (_, request, responses, context) => Required(handler)(request, responses, context), []);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        routes.Add<TRequest, TResponse>(method, (_, requests, responses, context) => Required(handler)(requests, responses, context), []);

    private static T Required<T>(T? handler)
        where T : Delegate => handler ?? throw new RpcException(new(StatusCode.Unimplemented, "Service is unimplemented."));
}
