using System.Text.Json;
using OpsMesh.DocumentStore;

namespace OpsMesh.TelemetryIngest.Queries;

internal interface INodeCatalog
{
    /// <returns>False when the registry never knew the node; null when nobody can tell now.</returns>
    Task<bool?> ExistsAsync(string nodeId, CancellationToken cancellationToken);
}

/// <summary>Reads the registry's <c>node:</c> documents by key.</summary>
internal sealed class DocumentNodeCatalog(Documents documents) : INodeCatalog
{
    public async Task<bool?> ExistsAsync(string nodeId, CancellationToken cancellationToken)
    {
        try
        {
            return await documents.GetAsync<JsonElement>($"node:{nodeId}", cancellationToken) is not null;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }
}
