using System.Diagnostics.CodeAnalysis;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers generated clients; each name has one channel, its HTTP handler is configured on the returned builder.</summary>
public static class GrpcClientServiceExtensions
{
    private const DynamicallyAccessedMemberTypes Constructors = DynamicallyAccessedMemberTypes.PublicConstructors;

    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(Constructors)] TClient>(this IServiceCollection services)
        where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name);

    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(Constructors)] TClient>(
        this IServiceCollection services, Action<GrpcClientFactoryOptions> configureClient)
        where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name, configureClient);

    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(Constructors)] TClient>(
        this IServiceCollection services, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
        where TClient : class => services.AddGrpcClient<TClient>(typeof(TClient).Name, configureClient);

    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(Constructors)] TClient>(
        this IServiceCollection services, string name, Action<GrpcClientFactoryOptions> configureClient)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(configureClient);
        services.Configure(name, configureClient);
        return services.AddGrpcClient<TClient>(name);
    }

    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(Constructors)] TClient>(
        this IServiceCollection services, string name, Action<IServiceProvider, GrpcClientFactoryOptions> configureClient)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(configureClient);
        services.AddOptions<GrpcClientFactoryOptions>(name)
            .Configure<IServiceProvider>((options, provider) => configureClient(provider, options));
        return services.AddGrpcClient<TClient>(name);
    }

    public static IHttpClientBuilder AddGrpcClient<[DynamicallyAccessedMembers(Constructors)] TClient>(
        this IServiceCollection services, string name)
        where TClient : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        services.AddOptions();
        services.TryAddSingleton<ChannelPool>();
        services.TryAddTransient<GrpcClientFactory, DefaultGrpcClientFactory>();
        services.AddTransient(provider => provider.GetRequiredService<GrpcClientFactory>().CreateClient<TClient>(name));
        return services.AddHttpClient(name)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { EnableMultipleHttp2Connections = true })

            // The channel keeps its handler; rotation would only leave the old one behind.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
    }
}
