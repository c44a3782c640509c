using OpsMesh.AgentCommand.Inventory;
using OpsMesh.Reach;

namespace OpsMesh.AgentCommand.Operations;

/// <summary>Whether the agent that is meant exists, as far as its node told.</summary>
internal sealed class OperationTarget(INodeDirectory nodes, IAgentStore agents)
{
    /// <returns>Null when it exists; else NotFound (NODE_UNKNOWN, AGENT_UNKNOWN), Unavailable (STORE_UNAVAILABLE).</returns>
    public async Task<Failure?> CheckAsync(string nodeId, string agentId, CancellationToken cancellationToken)
    {
        var found = await agents.FindAsync(nodeId, cancellationToken);
        if (!found.Succeeded)
        {
            return found.Failure;
        }

        if (found.Value?.Agents.ContainsKey(agentId) == true)
        {
            return null;
        }

        var node = await nodes.FindAsync(nodeId, fresh: false, cancellationToken);
        return node.Succeeded
            ? new Failure(FailureKind.NotFound, Reasons.AgentUnknown, $"Node '{nodeId}' has no agent '{agentId}'.") { Field = "agent_id" }
            : node.Failure;
    }
}
