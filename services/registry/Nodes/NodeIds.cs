namespace OpsMesh.Registry.Nodes;

internal static class NodeIds
{
    /// <returns>Null when it is a node id: a UUID in lower case.</returns>
    public static Failure? Check(string nodeId)
    {
        if (nodeId.Length == 0)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldRequired, "node_id is required.") { Field = "node_id" };
        }

        return Guid.TryParseExact(nodeId, "D", out var id) && id.ToString("D") == nodeId
            ? null
            : new Failure(FailureKind.Invalid, Reasons.FieldFormat, "node_id must be a UUID in lower case.") { Field = "node_id" };
    }

    public static Failure Unknown(string nodeId) =>
        new(FailureKind.NotFound, Reasons.NodeUnknown, $"There is no node '{nodeId}'.");
}
