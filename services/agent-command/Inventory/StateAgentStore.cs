using OpsMesh.DocumentStore;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary>The agents of a node as one document, <c>agents:&lt;node&gt;</c>.</summary>
internal sealed class StateAgentStore(Documents documents) : IAgentStore
{
    public async Task<Outcome<AgentsDocument?>> FindAsync(string nodeId, CancellationToken cancellationToken)
    {
        try
        {
            return Outcome<AgentsDocument?>.Of((await documents.GetAsync<AgentsDocument>(Key(nodeId), cancellationToken))?.Value);
        }
        catch (StoreUnavailableException)
        {
            return CommitFailures.StoreUnavailable;
        }
    }

    public async Task<Outcome<SyncVerdict>> SyncAsync(
        string nodeId, Func<AgentsDocument?, SyncVerdict> decide, CancellationToken cancellationToken)
    {
        SyncVerdict? verdict = null;
        var result = await documents.CommitAsync(async token =>
        {
            var read = await documents.GetAsync<AgentsDocument>(Key(nodeId), token);
            verdict = decide(read?.Value);
            return verdict.Next is { } next ? Describe(read, next, verdict.Events) : null;
        }, cancellationToken);

        return result.AsFailure() is { } failure ? failure : verdict!;
    }

    private static Change Describe(Document<AgentsDocument>? read, AgentsDocument next, IReadOnlyList<AgentEvent> events)
    {
        var change = new Change().Upsert(Key(next.NodeId), read, next);
        foreach (var happened in events)
        {
            change.Emit(new DocumentEvent
            {
                Topic = "agent-state",
                Type = $"opsmesh.agent.{happened.Verb}.v1",
                Source = "/agent-command/agents",
                Subject = happened.AgentId,
                NodeId = next.NodeId,
                NodeSeq = happened.NodeSeq,
                TraceParent = happened.Traceparent,
                Data = happened.Data,
            });
        }

        return change;
    }

    private static string Key(string nodeId) => $"agents:{nodeId}";
}
