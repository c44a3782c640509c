using System.Collections.Concurrent;
using System.Threading.Channels;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.PubSub.Redis;

/// <summary>
/// pubsub.redis: a stream for each topic, a consumer group for each application. A message is acknowledged when it was dealt with,
/// also when that failed, as daprd does; one in hand when the process ends stays pending and is delivered again.
/// </summary>
internal sealed partial class RedisBroker : IBroker
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly RedisBrokerOptions _options;
    private readonly ConnectionMultiplexer _connection;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<RedisWork> _work;
    private readonly Task _workers;
    private readonly ConcurrentDictionary<(string Topic, string Group), ConcurrentDictionary<string, bool>> _inHand = [];
    private readonly Lock _gate = new();
    private readonly List<RedisSubscription> _subscriptions = [];

    private RedisBroker(RedisBrokerOptions options, ConnectionMultiplexer connection, TimeProvider clock, ILogger logger)
    {
        (_options, _connection, _clock, _logger) = (options, connection, clock, logger);
        _work = Channel.CreateBounded<RedisWork>(options.QueueDepth);
        _workers = Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(WorkAsync)));
    }

    public IReadOnlyList<string> Capabilities { get; } = [];

    public bool HasGivenUp { get; private set; }

    /// <exception cref="PlanException">Nothing answers there.</exception>
    public static RedisBroker Start(Component component, TimeProvider clock, ILogger logger)
    {
        var options = RedisBrokerOptions.Read(component);
        try
        {
            return new RedisBroker(options, ConnectionMultiplexer.Connect(options.NewConnection()), clock, logger);
        }
        catch (Exception e) when (IsRedis(e))
        {
            throw new PlanException($"{component.Place}: redis streams: error connecting to redis at {component.Value("redisHost")}: {e.Message}");
        }
    }

    public static bool IsRedis(Exception e) => e is RedisException or RedisConnectionException or RedisServerException or TimeoutException or ObjectDisposedException;

    public async Task PublishAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var oldest = _options.StreamTtl is { } ttl ? _clock.GetUtcNow() - ttl : (DateTimeOffset?)null;
            await RedisStreams.AddAsync(_connection.GetDatabase(), message, _options.MaxLength, oldest).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (IsRedis(e))
        {
            throw new BrokerException($"redis streams: error from publish: {e.Message}", e);
        }
    }

    public async Task<IDisposable> SubscribeAsync(
        string topic, string appId, Func<BrokerMessage, CancellationToken, Task> handle, CancellationToken cancellationToken)
    {
        var group = _options.ConsumerId ?? appId;
        try
        {
            await RedisStreams.CreateGroupAsync(_connection.GetDatabase(), topic, group).WaitAsync(cancellationToken);
            var reader = await ConnectionMultiplexer.ConnectAsync(_options.NewConnection()).WaitAsync(cancellationToken);
            var subscription = new RedisSubscription(topic, group, handle, _options, _connection, reader, _work.Writer, InHand(topic, group), _clock, _logger, _closing.Token);
            lock (_gate)
            {
                _subscriptions.RemoveAll(s => s.IsEnded);
                _subscriptions.Add(subscription);
            }

            subscription.Start();
            return subscription;
        }
        catch (Exception e) when (IsRedis(e))
        {
            throw new BrokerException($"failed to subscribe to topic {topic}: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _work.Writer.TryComplete();
        RedisSubscription[] subscriptions;
        lock (_gate)
        {
            subscriptions = [.. _subscriptions];
        }

        foreach (var subscription in subscriptions)
        {
            subscription.Dispose();
        }

        try
        {
            await Task.WhenAll([_workers, .. subscriptions.Select(s => s.Ended)]).WaitAsync(Grace, _clock);
        }
        catch (TimeoutException)
        {
            HasGivenUp = true;
            LogGaveUp();
        }

        _connection.Dispose();
        _closing.Dispose();
    }

    private ConcurrentDictionary<string, bool> InHand(string topic, string group) =>
        _inHand.GetOrAdd((topic, group), _ => new ConcurrentDictionary<string, bool>(StringComparer.Ordinal));

    private async Task WorkAsync()
    {
        await foreach (var work in _work.Reader.ReadAllAsync())
        {
            await work.Subscription.HandleAsync(work.Entry);
        }
    }

    [LoggerMessage(LogLevel.Warning, "An application was still busy with an event when the sidecar ended; redis keeps it")]
    private partial void LogGaveUp();
}

/// <summary>An entry that waits for one of the component's workers.</summary>
internal sealed record RedisWork(RedisSubscription Subscription, RedisEntry Entry);
