using Dapr.Client;

namespace OpsMesh.Access;

/// <summary>Reads documents that the registry, or <c>opsmesh up</c>, writes.</summary>
internal interface IAccessState
{
    /// <returns>Null when there is none.</returns>
    Task<T?> ReadAsync<T>(string key, CancellationToken cancellationToken)
        where T : class;
}

internal sealed class DaprAccessState(DaprClient dapr) : IAccessState
{
    private const string Store = "statestore";

    public async Task<T?> ReadAsync<T>(string key, CancellationToken cancellationToken)
        where T : class => await dapr.GetStateAsync<T?>(Store, key, cancellationToken: cancellationToken);
}
