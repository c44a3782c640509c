namespace OpsMesh.Sidecar.PubSub;

/// <summary>Hands several events of one route to an application in one call.</summary>
internal interface IBulkSender
{
    /// <returns>What became of each entry, in their order.</returns>
    Task<IReadOnlyList<DeliveryResult>> SendAsync(
        IReadOnlyList<BulkItem> items, AppSubscription subscription, string path, CancellationToken cancellationToken);
}

/// <param name="Id">Names the entry in the call and in its answer; the same at every attempt.</param>
internal sealed record BulkItem(string Id, ReceivedEvent Received);
