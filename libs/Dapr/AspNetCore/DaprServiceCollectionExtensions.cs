using Dapr.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a <see cref="DaprClient"/>, unless there is one already.</summary>
public static class DaprServiceCollectionExtensions
{
    public static void AddDaprClient(
        this IServiceCollection services,
        Action<DaprClientBuilder>? configure = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddDaprClient((_, builder) => configure?.Invoke(builder), lifetime);
    }

    public static void AddDaprClient(
        this IServiceCollection services,
        Action<IServiceProvider, DaprClientBuilder> configure,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAdd(new ServiceDescriptor(typeof(DaprClient), Make, lifetime));

        DaprClient Make(IServiceProvider provider)
        {
            var builder = new DaprClientBuilder().ReadDefaults(provider.GetService<IConfiguration>());
            configure?.Invoke(provider, builder);
            return builder.Build();
        }
    }
}
