namespace OpsMesh.Sidecar.PubSub;

/// <summary>Hands one event to an application.</summary>
internal interface IEventSender
{
    /// <param name="traceParent">Null: the event carries none that could be passed on.</param>
    Task<DeliveryResult> SendAsync(ReceivedEvent received, AppSubscription subscription, string path, string? traceParent, CancellationToken cancellationToken);
}
