using OpsMesh.DocumentStore;
using OpsMesh.DocumentStore.Replicas;

namespace OpsMesh.AgentCommand.Sessions;

/// <summary><c>route:agent-command:&lt;node&gt;</c>, written without a guard: the last stream wins, and readers must not rely on it.</summary>
internal sealed class StateRouteBook(Documents documents, ReplicaIdentity replica, TimeProvider clock) : IRouteBook
{
    public async Task<Outcome<ulong>> ClaimAsync(string nodeId, CancellationToken cancellationToken)
    {
        var key = $"route:{replica.Service}:{nodeId}";
        try
        {
            var before = await documents.GetAsync<RouteDocument>(key, cancellationToken);
            var route = new RouteDocument
            {
                NodeId = nodeId,
                Replica = replica.Id,
                RouteEpoch = (before?.Value.RouteEpoch ?? 0) + 1,
                ConnectedAt = clock.GetUtcNow(),
            };
            await documents.SaveHintAsync(key, route, timeToLive: null, cancellationToken);
            return route.RouteEpoch;
        }
        catch (StoreUnavailableException)
        {
            return CommitFailures.StoreUnavailable;
        }
    }

    private sealed record RouteDocument
    {
        public int Schema { get; init; } = 1;

        public required string NodeId { get; init; }

        public required string Replica { get; init; }

        public required ulong RouteEpoch { get; init; }

        public required DateTimeOffset ConnectedAt { get; init; }
    }
}
