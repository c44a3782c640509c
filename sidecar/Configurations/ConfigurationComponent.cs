using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Redis;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.Configurations;

/// <summary>A configuration component that was started.</summary>
internal sealed record ConfigurationComponent(Component Component, IConfigurationStore Store)
{
    /// <exception cref="PlanException">The type is unknown, or the store does not answer.</exception>
    public static ConfigurationComponent Start(Component component) => component switch
    {
        { Type: "configuration.redis", Version: "v1" } =>
            new ConfigurationComponent(component, new RedisConfigurationStore(RedisConnection.Open(component), RedisConnection.Database(component))),
        _ => throw new PlanException($"{component.Place}: spec.type: this sidecar has no {component.Type}/{component.Version}; it has configuration.redis/v1"),
    };
}
