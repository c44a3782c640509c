namespace OpsMesh.Sidecar.PubSub;

/// <summary>What carries messages from those who publish to those who subscribed.</summary>
internal interface IBroker : IAsyncDisposable
{
    /// <summary>As the metadata API names them.</summary>
    IReadOnlyList<string> Capabilities { get; }

    /// <summary>After its end: an application was still busy with an event.</summary>
    bool HasGivenUp { get; }

    /// <exception cref="BrokerException">The broker did not take it.</exception>
    Task PublishAsync(BrokerMessage message, CancellationToken cancellationToken);

    /// <param name="appId">Applications of one id share what a broker with groups delivers.</param>
    /// <param name="handle">Has dealt with the message when it returns, whatever came of it; throws
    /// <see cref="OperationCanceledException"/> when it did not and the broker should keep the message.</param>
    /// <returns>Ends the subscription.</returns>
    /// <exception cref="BrokerException">The broker refused.</exception>
    Task<IDisposable> SubscribeAsync(
        string topic, string appId, Func<BrokerMessage, CancellationToken, Task> handle, CancellationToken cancellationToken);
}
