namespace OpsMesh.Sidecar.State;

/// <summary>A state store behind the Dapr API. Keys come with their prefix; expired keys are as good as absent.</summary>
internal interface IStateStore : IAsyncDisposable
{
    /// <summary>As daprd's metadata names them.</summary>
    IReadOnlyList<string> Capabilities { get; }

    /// <summary>An unknown consistency or concurrency of a deletion is refused.</summary>
    bool ChecksDeleteOptions => true;

    /// <returns>Null when the key is absent.</returns>
    /// <exception cref="StateStoreException">The store could not be read.</exception>
    ValueTask<StoredState?> GetAsync(string key, CancellationToken cancellationToken);

    /// <returns>One for each key, in their order.</returns>
    /// <exception cref="StateStoreException">The store could not be read at all.</exception>
    async ValueTask<IReadOnlyList<StateRead>> GetAllAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var found = new StateRead[keys.Count];
        for (var i = 0; i < keys.Count; i++)
        {
            found[i] = new StateRead(await GetAsync(keys[i], cancellationToken));
        }

        return found;
    }

    /// <exception cref="StateStoreException">The store refused it; nothing was changed.</exception>
    Task ApplyAsync(StateOperation operation, CancellationToken cancellationToken);

    /// <summary>All of the operations, in their order, or none.</summary>
    /// <exception cref="StateStoreException">The store refused one of them; nothing was changed.</exception>
    Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken);

    /// <summary>Why a query is refused: no store here can be queried.</summary>
    /// <param name="query">As given.</param>
    Errors.ApiException RefuseQuery(string store, ReadOnlyMemory<byte> query) => StateErrors.NoQuery(store);
}
