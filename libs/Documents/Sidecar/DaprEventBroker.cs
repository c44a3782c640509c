using Dapr;
using Dapr.Client;
using Grpc.Core;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Outbox;

namespace OpsMesh.DocumentStore.Sidecar;

/// <summary>Pub/sub behind the sidecar. The event is a CloudEvent already, so the sidecar keeps its members.</summary>
internal sealed class DaprEventBroker(DaprClient dapr, IOptions<DocumentsOptions> options, TimeProvider clock) : IEventBroker
{
    private const string ContentType = "application/cloudevents+json";

    private readonly DocumentsOptions _options = options.Value;

    public async Task PublishAsync(string topic, ReadOnlyMemory<byte> cloudEvent, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(_options.CallTimeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            await dapr.PublishByteEventAsync(_options.PubSub, topic, cloudEvent, ContentType, cancellationToken: limit.Token);
        }
        catch (Exception ex) when (ex is DaprException or RpcException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new BrokerUnavailableException($"'{_options.PubSub}' did not take an event for '{topic}'.", ex);
        }
    }
}
