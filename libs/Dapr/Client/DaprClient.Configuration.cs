namespace Dapr.Client;

public abstract partial class DaprClient
{
    /// <summary>No keys: all that the store has. A key that is not there is left out.</summary>
    public abstract Task<GetConfigurationResponse> GetConfiguration(
        string storeName, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default);

    /// <summary>Changes of these keys, until the token is cancelled, the enumeration is given up, or <see cref="UnsubscribeConfiguration"/> is called.</summary>
    public abstract Task<SubscribeConfigurationResponse> SubscribeConfiguration(
        string storeName, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default);

    /// <param name="id">From <see cref="SubscribeConfigurationResponse.Id"/>.</param>
    public abstract Task<UnsubscribeConfigurationResponse> UnsubscribeConfiguration(string storeName, string id, CancellationToken cancellationToken = default);
}
