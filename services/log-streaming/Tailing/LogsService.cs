using Grpc.Core;
using OpsMesh.Contracts.LogStreaming.V1;
using OpsMesh.Rpc;

namespace OpsMesh.LogStreaming.Tailing;

/// <summary>Wire adapter: translate in, delegate, translate out. It decides nothing.</summary>
internal sealed class LogsService(GetAgentLogsHandler get, StreamAgentLogsHandler stream) : LogService.LogServiceBase
{
    public override async Task<GetAgentLogsResponse> GetAgentLogs(GetAgentLogsRequest request, ServerCallContext context) =>
        (await get.HandleAsync(request, context.CancellationToken)).OrThrowRpc();

    public override async Task StreamAgentLogs(
        StreamAgentLogsRequest request, IServerStreamWriter<StreamAgentLogsResponse> responseStream, ServerCallContext context)
    {
        var refused = await stream.HandleAsync(
            request, (message, cancellationToken) => responseStream.WriteAsync(message, cancellationToken), context.CancellationToken);
        if (refused is not null)
        {
            throw RpcStatusMap.ToRpcException(refused);
        }
    }
}
