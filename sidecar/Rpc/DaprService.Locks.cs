using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;
using Status = Dapr.Client.Autogen.Grpc.v1.UnlockResponse.Types.Status;

namespace OpsMesh.Sidecar.Rpc;

internal sealed partial class DaprService
{
    public override Task<TryLockResponse> TryLockAlpha1(TryLockRequest request, ServerCallContext context) => AnswerAsync(context, async () => new TryLockResponse
    {
        Success = await AppOf(context).Locks.TryLockAsync(request.StoreName, request.ResourceId, request.LockOwner, request.ExpiryInSeconds),
    });

    public override Task<UnlockResponse> UnlockAlpha1(UnlockRequest request, ServerCallContext context) => AnswerAsync(context, async () => new UnlockResponse
    {
        Status = (Status)(int)await AppOf(context).Locks.UnlockAsync(request.StoreName, request.ResourceId, request.LockOwner),
    });
}
