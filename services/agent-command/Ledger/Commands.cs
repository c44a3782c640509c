using Google.Protobuf.WellKnownTypes;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Ledger;

/// <summary>A stored command in the contract's words.</summary>
internal static class Commands
{
    public static Command ToProto(this CommandDocument command) => new()
    {
        CommandId = command.CommandId,
        NodeId = command.NodeId,
        AgentId = command.AgentId,
        Operation = command.Operation,
        Principal = command.Principal,
        AcceptedAt = command.AcceptedAt.ToTimestamp(),
        TraceId = command.Traceparent?.Split('-') is [_, var traceId, _, _] ? traceId : "",
        Progress = new CommandProgress
        {
            CommandId = command.CommandId,
            State = command.State,
            Outcome = command.Outcome,
            Message = command.Message,
            ReceivedAt = command.ReceivedAt?.ToTimestamp(),
            StartedAt = command.StartedAt?.ToTimestamp(),
            FinishedAt = command.FinishedAt?.ToTimestamp(),
        },
    };
}
