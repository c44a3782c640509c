namespace OpsMesh.AgentCommand.Operations;

/// <summary>What a request must look like before anything is looked up.</summary>
internal static class OperationRules
{
    private const int LongestKey = 128;

    private static readonly string[] Operations = ["start", "stop", "restart", "kill"];

    /// <returns>Null when it may go on; else Invalid (FIELD_REQUIRED, FIELD_FORMAT, OPERATION_UNKNOWN).</returns>
    public static Failure? Check(OperateAgent request)
    {
        if ((Ids.CheckUuid(request.NodeId, "node_id") ?? Ids.CheckName(request.AgentId, "agent_id")) is { } refusal)
        {
            return refusal;
        }

        if (request.Operation.Length == 0)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldRequired, "operation is required.") { Field = "operation" };
        }

        if (!Operations.Contains(request.Operation, StringComparer.Ordinal))
        {
            return new Failure(FailureKind.Invalid, Reasons.OperationUnknown, "operation must be start, stop, restart or kill.") { Field = "operation" };
        }

        return request.IdempotencyKey.Length <= LongestKey
            ? null
            : new Failure(FailureKind.Invalid, Reasons.FieldFormat, $"idempotency_key must have at most {LongestKey} characters.")
            {
                Field = "idempotency_key",
            };
    }
}
