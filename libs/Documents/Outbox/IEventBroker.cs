namespace OpsMesh.DocumentStore.Outbox;

internal interface IEventBroker
{
    /// <param name="cloudEvent">A CloudEvent, UTF-8 JSON.</param>
    /// <exception cref="BrokerUnavailableException">Not confirmed; it may have been published all the same.</exception>
    Task PublishAsync(string topic, ReadOnlyMemory<byte> cloudEvent, CancellationToken cancellationToken);
}

internal sealed class BrokerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
