using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Messaging.PublishSubscribe.Extensions;

public sealed class DaprPubSubBuilder(IServiceCollection services) : IDaprPubSubBuilder
{
    public IServiceCollection Services { get; } = services;
}
