using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>A pub/sub component that was started.</summary>
internal sealed record PubSubComponent(Component Component, InMemoryBroker Broker)
{
    public static PubSubComponent Start(Component component, ILoggerFactory logs) => component switch
    {
        { Type: "pubsub.in-memory", Version: "v1" } => new PubSubComponent(component, new InMemoryBroker(logs.CreateLogger<InMemoryBroker>())),
        _ => throw new PlanException($"{component.Place}: spec.type: this sidecar has no {component.Type}/{component.Version}; it has pubsub.in-memory/v1"),
    };
}
