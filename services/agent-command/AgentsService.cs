using Grpc.Core;
using OpsMesh.Access;
using OpsMesh.AgentCommand.Inventory;
using OpsMesh.AgentCommand.Operations;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Rpc;

namespace OpsMesh.AgentCommand;

/// <summary>Wire adapter of AgentService: translate in, delegate, translate out. It decides nothing.</summary>
internal sealed class AgentsService(SyncAgentStatesHandler sync, ListAgentsHandler list, OperateAgentHandler operate)
    : AgentService.AgentServiceBase
{
    private const string Pending = "PENDING";

    public override async Task<SyncAgentStatesResponse> SyncAgentStates(SyncAgentStatesRequest request, ServerCallContext context) =>
        (await sync.HandleAsync(context.GetNodeId(), request, context.CancellationToken)).OrThrowRpc();

    public override async Task<ListAgentsResponse> ListAgents(ListAgentsRequest request, ServerCallContext context) =>
        (await list.HandleAsync(request, context.CancellationToken)).OrThrowRpc();

    public override async Task<OperateAgentResponse> OperateAgent(OperateAgentRequest request, ServerCallContext context)
    {
        var command = (await operate.HandleAsync(Asked(request, context), context.CancellationToken)).OrThrowRpc();
        return new OperateAgentResponse
        {
            CommandId = command.CommandId,
            Success = command.State == CommandState.Succeeded,
            Outcome = command.IsFinal ? command.Outcome : Pending,
            Message = command.IsFinal ? command.Message : "The command is not final yet; GetCommand tells what becomes of it.",
        };
    }

    private static OperateAgent Asked(OperateAgentRequest request, ServerCallContext context) => new(
        context.GetCaller().Id,
        request.NodeId,
        request.AgentId,
        request.Operation,
        request.Generation,
        request.IdempotencyKey,
        context.Deadline == DateTime.MaxValue ? null : new DateTimeOffset(context.Deadline.ToUniversalTime()));
}
