using OpsMesh.AgentCommand.Inventory;
using OpsMesh.Reach;

namespace OpsMesh.AgentCommand.Fakes;

/// <summary>Agents and nodes in memory.</summary>
internal sealed class MemoryAgents : IAgentStore, INodeDirectory
{
    public Dictionary<string, AgentsDocument> Documents { get; } = [];

    public List<AgentEvent> Events { get; } = [];

    public HashSet<string> Nodes { get; } = [];

    public MemoryAgents With(string nodeId, params string[] agents)
    {
        Nodes.Add(nodeId);
        var document = new AgentsDocument { NodeId = nodeId, Epoch = 1, Seq = 1 };
        foreach (var agent in agents)
        {
            document.Agents[agent] = new AgentRecord { Type = "game-server" };
        }

        Documents[nodeId] = document;
        return this;
    }

    public Task<Outcome<AgentsDocument?>> FindAsync(string nodeId, CancellationToken cancellationToken) =>
        Task.FromResult(Outcome<AgentsDocument?>.Of(Documents.GetValueOrDefault(nodeId)));

    public Task<Outcome<SyncVerdict>> SyncAsync(
        string nodeId, Func<AgentsDocument?, SyncVerdict> decide, CancellationToken cancellationToken)
    {
        var verdict = decide(Documents.GetValueOrDefault(nodeId));
        if (verdict.Next is { } next)
        {
            Documents[nodeId] = next;
            Events.AddRange(verdict.Events);
        }

        return Task.FromResult<Outcome<SyncVerdict>>(verdict);
    }

    public Task<Outcome<NodeDocument>> FindAsync(string nodeId, bool fresh, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<NodeDocument>>(
            Nodes.Contains(nodeId) ? new NodeDocument { NodeId = nodeId } : NodeFailures.Unknown(nodeId));
}
