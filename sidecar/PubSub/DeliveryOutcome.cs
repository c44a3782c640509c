namespace OpsMesh.Sidecar.PubSub;

/// <summary>What an application made of an event.</summary>
internal enum DeliveryOutcome
{
    /// <summary>Done; also when a gRPC application does not handle events at all.</summary>
    Handled,

    /// <summary>Not wanted: to the dead letter topic, if there is one.</summary>
    Dropped,

    /// <summary>Failed: once more, as the policy says.</summary>
    Failed,
}
