using System.Collections.Immutable;
using System.Threading.Channels;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>
/// pubsub.in-memory, shared by the applications of the mesh. Each subscription handles one message at a time, in the order of
/// publishing; one that falls behind holds its publishers back once its queue is full. Gone with the process.
/// </summary>
internal sealed partial class InMemoryBroker(ILogger logger) : IAsyncDisposable
{
    private const int QueueLength = 1_024;

    private readonly CancellationTokenSource _closing = new();
    private ImmutableArray<Subscriber> _subscribers = [];

    public async Task PublishAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        foreach (var subscriber in _subscribers)
        {
            if (subscriber.Wants(message.Topic))
            {
                await subscriber.Queue.Writer.WriteAsync(message, cancellationToken);
            }
        }
    }

    /// <param name="topic">A name, or a prefix with an asterisk behind it.</param>
    /// <returns>Ends the subscription; what waits in its queue is dropped.</returns>
    public IDisposable Subscribe(string topic, Func<BrokerMessage, CancellationToken, Task> handle)
    {
        var queue = Channel.CreateBounded<BrokerMessage>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
        var subscriber = new Subscriber(topic, queue, this, CancellationTokenSource.CreateLinkedTokenSource(_closing.Token));
        ImmutableInterlocked.Update(ref _subscribers, list => list.Add(subscriber));
        subscriber.Loop = RunAsync(subscriber, handle);
        return subscriber;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        foreach (var subscriber in _subscribers)
        {
            await subscriber.Loop;
        }

        _closing.Dispose();
    }

    private async Task RunAsync(Subscriber subscriber, Func<BrokerMessage, CancellationToken, Task> handle)
    {
        try
        {
            await foreach (var message in subscriber.Queue.Reader.ReadAllAsync(subscriber.Stopping.Token))
            {
                await HandleAsync(message, handle, subscriber.Stopping.Token);
            }
        }
        catch (OperationCanceledException) when (subscriber.Stopping.IsCancellationRequested)
        {
            // Unsubscribed, or the process ends.
        }
    }

    private async Task HandleAsync(BrokerMessage message, Func<BrokerMessage, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        try
        {
            await handle(message, cancellationToken);
        }
#pragma warning disable CA1031 // One message must not end the subscription for all that follow.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogLost(message.Topic, e);
        }
    }

    [LoggerMessage(LogLevel.Error, "A message on topic {Topic} was lost: its handling failed")]
    private partial void LogLost(string topic, Exception exception);

    private sealed class Subscriber(string topic, Channel<BrokerMessage> queue, InMemoryBroker broker, CancellationTokenSource stopping) : IDisposable
    {
        public Channel<BrokerMessage> Queue => queue;

        public CancellationTokenSource Stopping => stopping;

        public Task Loop { get; set; } = Task.CompletedTask;

        public bool Wants(string published) => topic.EndsWith('*')
            ? published.Length >= topic.Length && published.StartsWith(topic[..^1], StringComparison.Ordinal)
            : published == topic;

        public void Dispose()
        {
            ImmutableInterlocked.Update(ref broker._subscribers, list => list.Remove(this));
            stopping.Cancel();
            queue.Writer.TryComplete();
        }
    }
}
