namespace OpsMesh.Sidecar.Configurations;

/// <summary>A configuration store behind the Dapr API. Keys are shared by all applications.</summary>
internal interface IConfigurationStore : IAsyncDisposable
{
    /// <param name="keys">Empty: all of them.</param>
    /// <returns>Without those that are absent or empty.</returns>
    /// <exception cref="ConfigurationStoreException">The store could not be asked.</exception>
    Task<IReadOnlyDictionary<string, ConfigurationValue>> GetAsync(IReadOnlyList<string> keys);

    /// <summary>Calls <paramref name="changed"/> for each change of one of the keys until the answer is disposed.</summary>
    /// <param name="keys">Empty: all of them.</param>
    /// <exception cref="ConfigurationStoreException">The store could not be asked.</exception>
    Task<IAsyncDisposable> SubscribeAsync(IReadOnlyList<string> keys, Func<string, ConfigurationValue, Task> changed);
}
