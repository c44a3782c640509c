using Grpc.Core;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Rpc;

namespace OpsMesh.AgentCommand.Ledger;

/// <summary>Wire adapter: translate in, delegate, translate out. It decides nothing.</summary>
internal sealed class CommandsService(GetCommandHandler get) : CommandService.CommandServiceBase
{
    public override async Task<GetCommandResponse> GetCommand(GetCommandRequest request, ServerCallContext context)
    {
        var command = (await get.HandleAsync(request.CommandId, context.CancellationToken)).OrThrowRpc();
        return new GetCommandResponse { Command = command.ToProto() };
    }
}
