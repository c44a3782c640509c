using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Reach;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary>Lists the agents of one node, ordered by id, from the node's document.</summary>
internal sealed class ListAgentsHandler(IAgentStore agents, INodeDirectory nodes)
{
    private const int DefaultSize = 100;
    private const int LargestSize = 1_000;

    /// <returns>
    /// A page; or Invalid (FIELD_REQUIRED, FIELD_FORMAT, OUT_OF_RANGE), NotFound (NODE_UNKNOWN), Unavailable (STORE_UNAVAILABLE).
    /// A node that never synced has no agents.
    /// </returns>
    public async Task<Outcome<ListAgentsResponse>> HandleAsync(ListAgentsRequest request, CancellationToken cancellationToken)
    {
        var page = request.Page ?? new Page();
        if (Check(request.NodeId, page) is { } refusal)
        {
            return refusal;
        }

        var found = await agents.FindAsync(request.NodeId, cancellationToken);
        if (!found.Succeeded)
        {
            return found.Failure!;
        }

        if (found.Value is { } document)
        {
            return Cut(document, page);
        }

        var node = await nodes.FindAsync(request.NodeId, fresh: false, cancellationToken);
        return node.Succeeded ? new ListAgentsResponse() : node.Failure;
    }

    private static Failure? Check(string nodeId, Page page)
    {
        if (Ids.CheckUuid(nodeId, "node_id") is { } refusal)
        {
            return refusal;
        }

        if (page.Size is < 0 or > LargestSize)
        {
            return new Failure(FailureKind.Invalid, Reasons.OutOfRange, $"page.size must be 0 to {LargestSize}.") { Field = "page.size" };
        }

        return page.Cursor.Length == 0 || Ids.IsName(page.Cursor)
            ? null
            : new Failure(FailureKind.Invalid, Reasons.FieldFormat, "page.cursor is not one that a page before gave.") { Field = "page.cursor" };
    }

    private static ListAgentsResponse Cut(AgentsDocument document, Page page)
    {
        var size = page.Size == 0 ? DefaultSize : page.Size;
        var rest = document.Agents.Where(agent => string.CompareOrdinal(agent.Key, page.Cursor) > 0).Take(size + 1).ToList();
        return new ListAgentsResponse
        {
            Agents = { rest.Take(size).Select(agent => agent.Value.ToInfo(document.NodeId, agent.Key)) },
            NextCursor = rest.Count > size ? rest[size - 1].Key : "",
        };
    }
}
