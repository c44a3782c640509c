namespace Dapr.Client;

public abstract partial class DaprClient
{
    /// <returns>True once the sidecar is ready, which includes that it reached this application.</returns>
    public abstract Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default);

    /// <returns>True once the sidecar serves its API and has loaded its components.</returns>
    public abstract Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns when <see cref="CheckOutboundHealthAsync"/> is true; asks each 500 ms until then.</summary>
    public abstract Task WaitForSidecarAsync(CancellationToken cancellationToken = default);

    public abstract Task ShutdownSidecarAsync(CancellationToken cancellationToken = default);

    public abstract Task<DaprMetadata> GetMetadataAsync(CancellationToken cancellationToken = default);

    public abstract Task SetMetadataAsync(string attributeName, string attributeValue, CancellationToken cancellationToken = default);
}
