using OpsMesh.Contracts.Registry.V1;
using OpsMesh.Paging;
using OpsMesh.Registry.Nodes;

namespace OpsMesh.Registry.Inventory;

/// <summary>Reads single nodes and pages of them.</summary>
internal sealed class ListNodesHandler(INodeDirectory directory, NodeViews views)
{
    private const string ListName = "nodes";
    private const int LongestHostname = 253;

    /// <returns>The node; or Invalid (empty or malformed id), NotFound.</returns>
    public Outcome<GetNodeResponse> Get(GetNodeRequest request)
    {
        if (Ids.CheckUuid(request.NodeId, "node_id") is { } refusal)
        {
            return refusal;
        }

        return directory.Find(request.NodeId) is { } node
            ? new GetNodeResponse { Node = views.View(node) }
            : new Failure(FailureKind.NotFound, Reasons.NodeUnknown, $"There is no node '{request.NodeId}'.") { Field = "node_id" };
    }

    /// <returns>A page in order of node ids; or Invalid (page.size, page.cursor, hostname).</returns>
    public Outcome<ListNodesResponse> List(ListNodesRequest request)
    {
        if (request.Hostname.Length > LongestHostname)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldFormat, $"hostname has more than {LongestHostname} characters.")
            {
                Field = "hostname",
            };
        }

        var parsed = PageCursor.Parse(ListName, request.Page?.Size ?? 0, request.Page?.Cursor ?? "");
        if (!parsed.Succeeded)
        {
            return parsed.Failure;
        }

        // One more than asked for tells whether there is a next page.
        var page = parsed.Value;
        var nodes = directory.List(request.Hostname is { Length: > 0 } hostname ? hostname : null, page.After, page.Size + 1);
        var response = new ListNodesResponse { Nodes = { nodes.Take(page.Size).Select(views.View) } };
        if (nodes.Count > page.Size)
        {
            response.NextCursor = PageCursor.Behind(ListName, nodes[page.Size - 1].NodeId);
        }

        return response;
    }
}
