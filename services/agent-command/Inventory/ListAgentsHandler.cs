using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Paging;
using OpsMesh.Reach;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary>Lists the agents of one node, ordered by id, from the node's document.</summary>
internal sealed class ListAgentsHandler(IAgentStore agents, INodeDirectory nodes)
{
    private const string ListName = "agents";

    /// <returns>
    /// A page; or Invalid (FIELD_REQUIRED, FIELD_FORMAT, OUT_OF_RANGE), NotFound (NODE_UNKNOWN), Unavailable (STORE_UNAVAILABLE).
    /// A node that never synced has no agents.
    /// </returns>
    public async Task<Outcome<ListAgentsResponse>> HandleAsync(ListAgentsRequest request, CancellationToken cancellationToken)
    {
        if (Ids.CheckUuid(request.NodeId, "node_id") is { } refusal)
        {
            return refusal;
        }

        var page = PageCursor.Parse(ListName, request.Page?.Size ?? 0, request.Page?.Cursor ?? "");
        if (!page.Succeeded)
        {
            return page.Failure;
        }

        var found = await agents.FindAsync(request.NodeId, cancellationToken);
        if (!found.Succeeded)
        {
            return found.Failure!;
        }

        if (found.Value is { } document)
        {
            return Cut(document, page.Value);
        }

        var node = await nodes.FindAsync(request.NodeId, fresh: false, cancellationToken);
        return node.Succeeded ? new ListAgentsResponse() : node.Failure;
    }

    private static ListAgentsResponse Cut(AgentsDocument document, PageCursor page)
    {
        var rest = document.Agents.Where(agent => string.CompareOrdinal(agent.Key, page.After) > 0).Take(page.Size + 1).ToList();
        return new ListAgentsResponse
        {
            Agents = { rest.Take(page.Size).Select(agent => agent.Value.ToInfo(document.NodeId, agent.Key)) },
            NextCursor = rest.Count > page.Size ? PageCursor.Behind(ListName, rest[page.Size - 1].Key) : "",
        };
    }
}
