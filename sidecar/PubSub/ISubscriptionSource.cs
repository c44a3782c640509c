namespace OpsMesh.Sidecar.PubSub;

/// <summary>Asks an application what it wants to receive.</summary>
internal interface ISubscriptionSource
{
    /// <returns>Null when the answer cannot be used; the application then gets only what is declared.</returns>
    Task<IReadOnlyList<AppSubscription>?> AskAsync(CancellationToken cancellationToken);
}
