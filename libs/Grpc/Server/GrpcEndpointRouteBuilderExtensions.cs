using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Binding;
using Grpc.AspNetCore.Server.Calls;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Maps each method of the service that <typeparamref name="TService"/> implements.</summary>
    /// <exception cref="InvalidOperationException">AddGrpc is missing, or the type derives from no generated service base.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<[DynamicallyAccessedMembers(ServiceAccess.Members)] TService>(
        this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var routes = Routes<TService>(builder, typeof(TService));
        ServiceTypeBinder<TService>.Bind(routes);
        return routes.Finish();
    }

    /// <summary>Maps a service whose handlers exist already.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService(
        this IEndpointRouteBuilder builder, ServerServiceDefinition serviceDefinition)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(serviceDefinition);
        var routes = Routes<ServerServiceDefinition>(builder, typeof(ServerServiceDefinition));
        serviceDefinition.BindService(new DefinitionBinder(routes));
        return routes.Finish();
    }

    public static GrpcServiceEndpointConventionBuilder MapGrpcService(
        this IEndpointRouteBuilder builder, Func<IServiceProvider, ServerServiceDefinition> mapDefinition)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(mapDefinition);
        return builder.MapGrpcService(mapDefinition(builder.ServiceProvider));
    }

    private static ServiceRoutes<TService> Routes<[DynamicallyAccessedMembers(ServiceAccess.Members)] TService>(
        IEndpointRouteBuilder builder, [DynamicallyAccessedMembers(ServiceAccess.Members)] Type serviceType)
        where TService : class
    {
        if (builder.ServiceProvider.GetService<StreamShutdown>() is null)
        {
            throw new InvalidOperationException(
                "Unable to find the required services. Please add all the required services by calling 'IServiceCollection.AddGrpc'.");
        }

        return new(builder, serviceType);
    }
}
