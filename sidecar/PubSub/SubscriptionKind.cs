namespace OpsMesh.Sidecar.PubSub;

/// <summary>Where a subscription comes from.</summary>
internal enum SubscriptionKind
{
    Declarative,
    Programmatic,
    Streaming,
}
