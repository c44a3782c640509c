using Microsoft.Data.Sqlite;
using Npgsql;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Redis;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.State;

/// <summary>A state component that was started: its store and how its keys are made.</summary>
internal sealed record StateComponent(Component Component, IStateStore Store, KeyPrefix Prefix)
{
    /// <exception cref="PlanException">The type is unknown, or the store cannot be opened.</exception>
    public static StateComponent Start(Component component, TimeProvider clock)
    {
        var prefix = new KeyPrefix(component);
        return new StateComponent(component, Open(component, clock), prefix);
    }

    private static IStateStore Open(Component component, TimeProvider clock)
    {
        switch (component)
        {
            case { Type: "state.in-memory", Version: "v1" }:
                return new InMemoryStateStore(clock);
            case { Type: "state.sqlite", Version: "v1" }:
                try
                {
                    return SqliteStateStore.Open(SqliteOptions.Read(component), clock);
                }
                catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
                {
                    throw new PlanException($"{component.Place}: component '{component.Name}' cannot be opened: {e.Message}");
                }

            case { Type: "state.postgresql", Version: "v2" }:
                try
                {
                    return PostgresStateStore.Open(PostgresOptions.Read(component), clock);
                }
                catch (NpgsqlException e)
                {
                    throw new PlanException($"{component.Place}: component '{component.Name}' cannot be opened: {e.Message}");
                }

            case { Type: "state.redis", Version: "v1" }:
                return new RedisStateStore(
                    RedisConnection.Open(component, "ttlInSeconds", "keyPrefix", "actorStateStore", "queryIndexes"), RedisConnection.Number(component, "ttlInSeconds"));
            default:
                throw new PlanException(
                    $"{component.Place}: spec.type: this sidecar has no {component.Type}/{component.Version}; it has state.in-memory/v1, state.sqlite/v1, state.postgresql/v2 and state.redis/v1");
        }
    }
}
