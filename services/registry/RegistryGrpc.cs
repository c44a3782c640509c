using Grpc.Core;
using OpsMesh.Access;
using OpsMesh.Contracts.Registry.V1;
using OpsMesh.Registry.Heartbeats;
using OpsMesh.Registry.Registration;
using OpsMesh.Rpc;

namespace OpsMesh.Registry;

/// <summary>Wire adapter of what daemons call: translate in, delegate, translate out. It decides nothing.</summary>
internal sealed class RegistryGrpc(RegisterNodeHandler register, HeartbeatHandler beat) : RegistryService.RegistryServiceBase
{
    public override async Task<RegisterNodeResponse> RegisterNode(RegisterNodeRequest request, ServerCallContext context) =>
        (await register.HandleAsync(context.GetNodeId(), request, context.CancellationToken)).OrThrowRpc();

    public override Task<HeartbeatResponse> Heartbeat(HeartbeatRequest request, ServerCallContext context) =>
        Task.FromResult(beat.Handle(context.GetNodeId(), request).OrThrowRpc());
}
