namespace OpsMesh.Sidecar.State;

/// <summary>A state store behind the Dapr API. Keys come with their prefix; expired keys are as good as absent.</summary>
internal interface IStateStore : IAsyncDisposable
{
    /// <summary>As daprd's metadata names them.</summary>
    IReadOnlyList<string> Capabilities { get; }

    /// <returns>Null when the key is absent.</returns>
    ValueTask<StoredState?> GetAsync(string key, CancellationToken cancellationToken);

    /// <exception cref="StateStoreException">The store refused it; nothing was changed.</exception>
    Task ApplyAsync(StateOperation operation, CancellationToken cancellationToken);

    /// <summary>All of the operations, in their order, or none.</summary>
    /// <exception cref="StateStoreException">The store refused one of them; nothing was changed.</exception>
    Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken);
}
