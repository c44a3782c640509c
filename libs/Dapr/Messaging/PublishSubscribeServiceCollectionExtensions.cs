using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Messaging.PublishSubscribe.Extensions;

public static class PublishSubscribeServiceCollectionExtensions
{
    /// <summary>Registers a <see cref="DaprPublishSubscribeClient"/>.</summary>
    public static IDaprPubSubBuilder AddDaprPubSubClient(
        this IServiceCollection services,
        Action<IServiceProvider, DaprPublishSubscribeClientBuilder>? configure = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.Add(new ServiceDescriptor(typeof(DaprPublishSubscribeClient), Make, lifetime));
        return new DaprPubSubBuilder(services);

        DaprPublishSubscribeClient Make(IServiceProvider provider)
        {
            var builder = new DaprPublishSubscribeClientBuilder(provider.GetService<IConfiguration>());
            configure?.Invoke(provider, builder);
            return builder.Build();
        }
    }
}
