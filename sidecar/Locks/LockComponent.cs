using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Redis;
using OpsMesh.Sidecar.Resources;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Locks;

/// <summary>A lock component that was started: its store and how its names are made.</summary>
internal sealed record LockComponent(Component Component, ILockStore Store, KeyPrefix Prefix)
{
    /// <exception cref="PlanException">The type is unknown, or the store does not answer.</exception>
    public static LockComponent Start(Component component) => component switch
    {
        { Type: "lock.redis", Version: "v1" } => new LockComponent(component, new RedisLockStore(RedisConnection.Open(component, "keyPrefix")), new KeyPrefix(component)),
        _ => throw new PlanException($"{component.Place}: spec.type: this sidecar has no {component.Type}/{component.Version}; it has lock.redis/v1"),
    };
}
