namespace Dapr.Client;

/// <summary>A value of a configuration store.</summary>
public class ConfigurationItem(string value, string version, IReadOnlyDictionary<string, string> metadata)
{
    /// <summary>Empty for an item that was deleted.</summary>
    public string Value { get; } = value;

    /// <summary>Empty when the store keeps none.</summary>
    public string Version { get; } = version;

    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata;
}

public class GetConfigurationResponse(IReadOnlyDictionary<string, ConfigurationItem> configMap)
{
    public IReadOnlyDictionary<string, ConfigurationItem> Items => configMap;
}

/// <summary>Changes as they happen, each with the items that changed. Read once.</summary>
public abstract class ConfigurationSource : IAsyncEnumerable<IDictionary<string, ConfigurationItem>>
{
    public abstract string Id { get; }

    public abstract IAsyncEnumerator<IDictionary<string, ConfigurationItem>> GetAsyncEnumerator(CancellationToken cancellationToken = default);
}

public class SubscribeConfigurationResponse(ConfigurationSource source)
{
    public string Id => source.Id;

    public IAsyncEnumerable<IDictionary<string, ConfigurationItem>> Source => source;
}

public class UnsubscribeConfigurationResponse(bool ok, string message)
{
    public bool Ok { get; } = ok;

    public string Message { get; } = message;
}
