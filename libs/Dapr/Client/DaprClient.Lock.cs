using System.Diagnostics.CodeAnalysis;

namespace Dapr.Client;

public abstract partial class DaprClient
{
    /// <summary>Whether it was taken is in the answer. It ends by itself after <paramref name="expiryInSeconds"/>; nothing renews it.</summary>
    [Experimental(Diagnostics.Lock, UrlFormat = Diagnostics.LockPage)]
    public abstract Task<TryLockResponse> Lock(
        string storeName, string resourceId, string lockOwner, int expiryInSeconds, CancellationToken cancellationToken = default);

    [Experimental(Diagnostics.Lock, UrlFormat = Diagnostics.LockPage)]
    public abstract Task<UnlockResponse> Unlock(string storeName, string resourceId, string lockOwner, CancellationToken cancellationToken = default);
}
