namespace OpsMesh.Sidecar.Locks;

/// <summary>A lock store behind the Dapr API. Names come with their prefix.</summary>
internal interface ILockStore : IAsyncDisposable
{
    /// <returns>False: someone has it, the same owner too.</returns>
    /// <exception cref="LockStoreException">The store could not be asked.</exception>
    Task<bool> TryLockAsync(string name, string owner, TimeSpan expiry);

    /// <exception cref="LockStoreException">The store could not be asked.</exception>
    Task<UnlockStatus> UnlockAsync(string name, string owner);
}

/// <summary>Numbers as in the API.</summary>
internal enum UnlockStatus
{
    Success = 0,
    DoesNotExist = 1,
    BelongsToOthers = 2,
}
