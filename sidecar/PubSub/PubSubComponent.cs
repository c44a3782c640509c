using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.PubSub.Redis;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>A pub/sub component that was started.</summary>
internal sealed record PubSubComponent(Component Component, IBroker Broker)
{
    /// <summary>As default resiliency policies name it.</summary>
    public const string Kind = "Pubsub";

    public TopicScopes Scopes { get; } = TopicScopes.Read(Component);

    public static PubSubComponent Start(Component component, TimeProvider clock, ILoggerFactory logs) => component switch
    {
        { Type: "pubsub.in-memory", Version: "v1" } => new PubSubComponent(component, new InMemoryBroker(clock, logs.CreateLogger<InMemoryBroker>())),
        { Type: "pubsub.redis", Version: "v1" } => new PubSubComponent(component, RedisBroker.Start(component, clock, logs.CreateLogger<RedisBroker>())),
        _ => throw new PlanException(
            $"{component.Place}: spec.type: this sidecar has no {component.Type}/{component.Version}; it has pubsub.in-memory/v1 and pubsub.redis/v1"),
    };
}
