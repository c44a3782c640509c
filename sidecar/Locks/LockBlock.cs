using Grpc.Core;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Locks;

/// <summary>The lock API of one application. What was asked is checked first, the store looked up last.</summary>
internal sealed class LockBlock(AppPlan app, IReadOnlyDictionary<string, LockComponent> components)
{
    public IEnumerable<LockComponent> Components => components.Values;

    /// <exception cref="ApiException">Refused.</exception>
    public async Task<bool> TryLockAsync(string store, string resource, string owner, int expirySeconds)
    {
        if (expirySeconds <= 0)
        {
            throw Malformed($"ExpiryInSeconds is not positive in lock store {store}");
        }

        var component = Find(store, resource, owner);
        try
        {
            return await component.Store.TryLockAsync(NameOf(component, resource), owner, TimeSpan.FromSeconds(expirySeconds));
        }
        catch (LockStoreException e)
        {
            throw Failed("ERR_TRY_LOCK", $"failed to try acquiring lock: {e.Message}");
        }
    }

    /// <exception cref="ApiException">Refused.</exception>
    public async Task<UnlockStatus> UnlockAsync(string store, string resource, string owner)
    {
        var component = Find(store, resource, owner);
        try
        {
            return await component.Store.UnlockAsync(NameOf(component, resource), owner);
        }
        catch (LockStoreException e)
        {
            throw Failed("ERR_UNLOCK", $"failed to release lock: {e.Message}");
        }
    }

    private LockComponent Find(string store, string resource, string owner)
    {
        if (resource.Length == 0)
        {
            throw Malformed($"ResourceId is empty in lock store {store}");
        }

        if (owner.Length == 0)
        {
            throw Malformed($"LockOwner is empty in lock store {store}");
        }

        if (components.Count == 0)
        {
            throw new ApiException("ERR_LOCK_STORE_NOT_CONFIGURED", 500, StatusCode.FailedPrecondition, "lock store is not configured") { GrpcDetails = [] };
        }

        return components.GetValueOrDefault(store)
            ?? throw new ApiException("ERR_LOCK_STORE_NOT_FOUND", 400, StatusCode.InvalidArgument, $"lock store {store} not found") { GrpcDetails = [] };
    }

    private string NameOf(LockComponent component, string resource) => resource.Contains(KeyPrefix.Separator, StringComparison.Ordinal)
        ? throw new LockStoreException($"input key/keyPrefix '{resource}' can't contain '{KeyPrefix.Separator}'")
        : $"lock{KeyPrefix.Separator}{component.Prefix.Of(app, resource)}";

    private static ApiException Malformed(string message) => new("ERR_MALFORMED_REQUEST", 400, StatusCode.InvalidArgument, message) { GrpcDetails = [] };

    private static ApiException Failed(string code, string message) => new(code, 500, StatusCode.Internal, message) { GrpcDetails = [] };
}
