using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>
/// pubsub.in-memory, shared by the applications of the mesh. Each subscription handles one message at a time, in the order of
/// publishing; one that falls behind holds its publishers back once its queue is full. Gone with the process.
/// </summary>
internal sealed partial class InMemoryBroker(TimeProvider clock, ILogger logger) : IBroker
{
    private const int QueueLength = 1_024;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _closing = new();
    private ImmutableArray<Subscriber> _subscribers = [];

    // Also of those that have unsubscribed, until the message in their hand is dealt with.
    private readonly ConcurrentDictionary<Subscriber, Task> _loops = [];

    public IReadOnlyList<string> Capabilities { get; } = ["SUBSCRIBE_WILDCARDS"];

    public bool HasGivenUp { get; private set; }

    public async Task PublishAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        foreach (var subscriber in _subscribers)
        {
            if (subscriber.Wants(message.Topic))
            {
                await subscriber.TakeAsync(message, cancellationToken);
            }
        }
    }

    /// <param name="topic">A name, or a prefix with an asterisk behind it.</param>
    public Task<IDisposable> SubscribeAsync(
        string topic, string appId, Func<BrokerMessage, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        var queue = Channel.CreateBounded<BrokerMessage>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
        var subscriber = new Subscriber(topic, queue, this, CancellationTokenSource.CreateLinkedTokenSource(_closing.Token));
        ImmutableInterlocked.Update(ref _subscribers, list => list.Add(subscriber));
        _loops[subscriber] = RunAsync(subscriber, handle);
        return Task.FromResult<IDisposable>(subscriber);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        try
        {
            await Task.WhenAll(_loops.Values).WaitAsync(Grace, clock);
        }
        catch (TimeoutException)
        {
            HasGivenUp = true;
            LogGaveUp();
        }

        _closing.Dispose();
    }

    private async Task RunAsync(Subscriber subscriber, Func<BrokerMessage, CancellationToken, Task> handle)
    {
        // Not on the thread of whoever subscribed, nor of whoever publishes.
        await Task.Yield();
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
        finally
        {
            _loops.TryRemove(subscriber, out _);
        }
    }

    private async Task HandleAsync(BrokerMessage message, Func<BrokerMessage, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        try
        {
            await handle(message, cancellationToken);
        }
#pragma warning disable CA1031 // One message must not end the subscription for all that follow.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogLost(message.Topic, e);
        }
    }

    [LoggerMessage(LogLevel.Error, "A message on topic {Topic} was lost: its handling failed")]
    private partial void LogLost(string topic, Exception exception);

    [LoggerMessage(LogLevel.Warning, "An application was still busy with an event when the sidecar ended")]
    private partial void LogGaveUp();

    private sealed class Subscriber(string topic, Channel<BrokerMessage> queue, InMemoryBroker broker, CancellationTokenSource stopping) : IDisposable
    {
        public Channel<BrokerMessage> Queue => queue;

        public CancellationTokenSource Stopping => stopping;

        public bool Wants(string published) => topic.EndsWith('*')
            ? published.Length >= topic.Length && published.StartsWith(topic[..^1], StringComparison.Ordinal)
            : published == topic;

        public async ValueTask TakeAsync(BrokerMessage message, CancellationToken cancellationToken)
        {
            try
            {
                await queue.Writer.WriteAsync(message, cancellationToken);
            }
            catch (ChannelClosedException)
            {
                // It unsubscribed meanwhile; that is no concern of the publisher.
            }
        }

        public void Dispose()
        {
            ImmutableInterlocked.Update(ref broker._subscribers, list => list.Remove(this));
            stopping.Cancel();
            queue.Writer.TryComplete();
        }
    }
}
