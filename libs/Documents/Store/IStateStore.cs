namespace OpsMesh.DocumentStore.Store;

/// <summary>What documents need of a state store. Every failure looks alike, so that no caller is tempted to read its text.</summary>
public interface IStateStore
{
    /// <returns>Null when the key is missing or its time to live has passed.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    Task<StoredState?> GetAsync(string key, CancellationToken cancellationToken);

    /// <returns>Only the keys that exist, in no promised order.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer for every key.</exception>
    Task<IReadOnlyList<StoredState>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>All writes or none.</summary>
    /// <exception cref="StoreUnavailableException">Refused, failed or unknown; only reading again can tell.</exception>
    Task TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellationToken);
}

/// <param name="Json">The value as it is stored: UTF-8 JSON.</param>
public sealed record StoredState(string Key, ReadOnlyMemory<byte> Json, string ETag);
