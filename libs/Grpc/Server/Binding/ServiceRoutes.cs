using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server.Calls;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>Turns the methods of one service into endpoints.</summary>
internal sealed class ServiceRoutes<[DynamicallyAccessedMembers(ServiceAccess.Members)] TService>(
    IEndpointRouteBuilder builder, [DynamicallyAccessedMembers(ServiceAccess.Members)] Type serviceType)
    where TService : class
{
    private readonly List<IEndpointConventionBuilder> _endpoints = [];
    private readonly HashSet<string> _names = [];
    private readonly CallServices _callServices = CallServices.Resolve(builder.ServiceProvider);
    private readonly ServiceActivator<TService> _activator = new(builder.ServiceProvider);
    private readonly MethodSettings _settings = MethodSettings.Resolve<TService>(builder.ServiceProvider);

    public void Add<TRequest, TResponse>(
        Method<TRequest, TResponse> method, HandlerPipeline<TService>.Unary<TRequest, TResponse> handler, IEnumerable<object> metadata)
        where TRequest : class
        where TResponse : class =>
        Map(method, new UnaryCallHandler<TService, TRequest, TResponse>(method, _settings, _callServices, _activator, handler), metadata);

    public void Add<TRequest, TResponse>(
        Method<TRequest, TResponse> method, HandlerPipeline<TService>.ClientStreaming<TRequest, TResponse> handler, IEnumerable<object> metadata)
        where TRequest : class
        where TResponse : class =>
        Map(method, new ClientStreamingCallHandler<TService, TRequest, TResponse>(method, _settings, _callServices, _activator, handler), metadata);

    public void Add<TRequest, TResponse>(
        Method<TRequest, TResponse> method, HandlerPipeline<TService>.ServerStreaming<TRequest, TResponse> handler, IEnumerable<object> metadata)
        where TRequest : class
        where TResponse : class =>
        Map(method, new ServerStreamingCallHandler<TService, TRequest, TResponse>(method, _settings, _callServices, _activator, handler), metadata);

    public void Add<TRequest, TResponse>(
        Method<TRequest, TResponse> method, HandlerPipeline<TService>.Duplex<TRequest, TResponse> handler, IEnumerable<object> metadata)
        where TRequest : class
        where TResponse : class =>
        Map(method, new DuplexCallHandler<TService, TRequest, TResponse>(method, _settings, _callServices, _activator, handler), metadata);

    public GrpcServiceEndpointConventionBuilder Finish()
    {
        builder.ServiceProvider.GetRequiredService<UnknownMethods>().Map(builder, _names, _settings.IgnoreUnknownServices);
        return new(_endpoints);
    }

    private void Map<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerCallHandler<TService, TRequest, TResponse> handler, IEnumerable<object> metadata)
        where TRequest : class
        where TResponse : class
    {
        _names.Add(method.ServiceName);
        var endpoint = builder.Map(RoutePatternFactory.Parse(method.FullName), handler.HandleAsync);
        endpoint.WithDisplayName($"gRPC - {method.FullName}");
        endpoint.Add(target =>
        {
            target.Metadata.Add(new GrpcMethodMetadata(serviceType, method));
            target.Metadata.Add(new HttpMethodMetadata([HttpMethods.Post]));
            foreach (var item in metadata)
            {
                target.Metadata.Add(item);
            }
        });
        _endpoints.Add(endpoint);
    }
}
