using System.Collections.Concurrent;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.Configurations;

/// <summary>The configuration API of one application, and its subscriptions.</summary>
internal sealed class ConfigurationBlock(IReadOnlyDictionary<string, ConfigurationComponent> components)
{
    private readonly ConcurrentDictionary<string, (IAsyncDisposable Source, Action? Ended)> _subscriptions = new(StringComparer.Ordinal);

    public IEnumerable<ConfigurationComponent> Components => components.Values;

    public ConfigurationComponent Find(string store)
    {
        if (components.Count == 0)
        {
            throw new ApiException("ERR_CONFIGURATION_STORE_NOT_CONFIGURED", 500, StatusCode.FailedPrecondition, "configuration stores not configured");
        }

        return components.GetValueOrDefault(store)
            ?? throw new ApiException("ERR_CONFIGURATION_STORE_NOT_FOUND", 400, StatusCode.InvalidArgument, $"configuration store {store} not found");
    }

    public async Task<IReadOnlyDictionary<string, ConfigurationValue>> GetAsync(string store, IReadOnlyList<string> keys)
    {
        var component = Find(store);
        try
        {
            return await component.Store.GetAsync(keys);
        }
        catch (ConfigurationStoreException e)
        {
            throw new ApiException("ERR_CONFIGURATION_GET", 500, StatusCode.Internal, $"failed to get {string.Join(' ', keys)} from Configuration store {store}: {e.Message}");
        }
    }

    /// <param name="changed">Takes the id of the subscription, the key and its new value.</param>
    /// <param name="ended">Called when someone unsubscribes.</param>
    /// <returns>The id.</returns>
    public async Task<string> SubscribeAsync(string store, IReadOnlyList<string> keys, Func<string, string, ConfigurationValue, Task> changed, Action? ended = null)
    {
        var component = Find(store);
        var id = Guid.NewGuid().ToString("D");
        try
        {
            _subscriptions[id] = (await component.Store.SubscribeAsync(keys, (key, value) => changed(id, key, value)), ended);
            return id;
        }
        catch (ConfigurationStoreException e)
        {
            throw new ApiException("ERR_CONFIGURATION_SUBSCRIBE", 500, StatusCode.InvalidArgument, $"failed to subscribe {string.Join(' ', keys)} from Configuration store {store}: {e.Message}");
        }
    }

    /// <returns>False: there is no such subscription.</returns>
    public async Task<bool> UnsubscribeAsync(string id)
    {
        if (!_subscriptions.TryRemove(id, out var subscription))
        {
            return false;
        }

        await subscription.Source.DisposeAsync();
        subscription.Ended?.Invoke();
        return true;
    }
}
