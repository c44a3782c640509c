using System.Text.Json;
using System.Threading.Channels;
using OpsMesh.DocumentStore.Outbox;

namespace OpsMesh.DocumentStore;

internal sealed class RecordingBroker : IEventBroker
{
    private readonly Channel<(string Topic, JsonElement Event)> _events = Channel.CreateBounded<(string, JsonElement)>(1024);

    public bool Broken { get; set; }

    public Task PublishAsync(string topic, ReadOnlyMemory<byte> cloudEvent, CancellationToken cancellationToken)
    {
        if (Broken)
        {
            throw new BrokerUnavailableException("Broken by the test.");
        }

        _events.Writer.TryWrite((topic, JsonElement.Parse(cloudEvent.Span)));
        return Task.CompletedTask;
    }

    public ValueTask<(string Topic, JsonElement Event)> NextAsync(CancellationToken cancellationToken) =>
        _events.Reader.ReadAsync(cancellationToken);

    public int Count => _events.Reader.Count;
}
