using System.Diagnostics.CodeAnalysis;
using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

internal sealed partial class DaprClientGrpc
{
    [Experimental(Diagnostics.Lock, UrlFormat = Diagnostics.LockPage)]
    public override async Task<TryLockResponse> Lock(
        string storeName, string resourceId, string lockOwner, int expiryInSeconds, CancellationToken cancellationToken = default)
    {
        var request = WireConversions.ToLock(storeName, resourceId, lockOwner, expiryInSeconds);
        var answer = await CallAsync("Lock", client.TryLockAlpha1Async(request, Options(cancellationToken)));
        return new TryLockResponse { StoreName = storeName, ResourceId = resourceId, LockOwner = lockOwner, Success = answer.Success, Taker = this };
    }

    [Experimental(Diagnostics.Lock, UrlFormat = Diagnostics.LockPage)]
    public override async Task<UnlockResponse> Unlock(string storeName, string resourceId, string lockOwner, CancellationToken cancellationToken = default)
    {
        var request = WireConversions.ToUnlock(storeName, resourceId, lockOwner);
        var answer = await CallAsync("Lock", client.UnlockAlpha1Async(request, Options(cancellationToken)));
        return new UnlockResponse(answer.Status switch
        {
            Wire.UnlockResponse.Types.Status.Success => LockStatus.Success,
            Wire.UnlockResponse.Types.Status.LockDoesNotExist => LockStatus.LockDoesNotExist,
            Wire.UnlockResponse.Types.Status.LockBelongsToOthers => LockStatus.LockBelongsToOthers,
            _ => LockStatus.InternalError,
        });
    }
}
