using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Supervision;

namespace OpsMesh.Daemon.Commands;

/// <summary>Checks of what an operate command asks for. Refusals: FIELD_REQUIRED, NAME_CHARSET, OPERATION_UNKNOWN.</summary>
internal static class OperateRequests
{
    public static Outcome<AgentOperation> Check(OperateAgentAction? action)
    {
        if (action is null || action.AgentId.Length == 0)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldRequired, "It has to say which agent is meant.") { Field = "agent_id" };
        }

        if (!Ids.IsName(action.AgentId))
        {
            return new Failure(FailureKind.Invalid, Reasons.NameCharset, $"The id of an agent is {Ids.NameRule}.") { Field = "agent_id" };
        }

        return action.Operation switch
        {
            "start" => AgentOperation.Start,
            "stop" => AgentOperation.Stop,
            "restart" => AgentOperation.Restart,
            "kill" => AgentOperation.Kill,
            _ => new Failure(FailureKind.Invalid, Reasons.OperationUnknown, "The operation is start, stop, restart or kill.") { Field = "operation" },
        };
    }
}
