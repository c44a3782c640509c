using System.Threading.Channels;
using OpsMesh.Sidecar.Redis;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Configurations;

/// <summary>configuration.redis: plain strings <c>value||version</c>; changes are told by the server's key space events.</summary>
internal sealed class RedisConfigurationStore : IConfigurationStore
{
    private const int WaitingChanges = 1_024;
    private readonly ConnectionMultiplexer _connection;
    private readonly int _database;

    public RedisConfigurationStore(ConnectionMultiplexer connection, int database)
    {
        _connection = connection;
        _database = database;
        try
        {
            // As daprd sets it: key space, generic and string commands, expired and evicted keys.
            connection.GetDatabase().Execute("CONFIG", "SET", "notify-keyspace-events", "Kg$xe");
        }
        catch (RedisServerException)
        {
            // Whoever forbids CONFIG switches the events on in the server's own configuration.
        }
    }

    public async Task<IReadOnlyDictionary<string, ConfigurationValue>> GetAsync(IReadOnlyList<string> keys)
    {
        try
        {
            var asked = keys.Count > 0 ? keys : [.. ((RedisValue[])(await Database.ExecuteAsync("KEYS", "*"))!).Select(k => (string)k!)];
            var found = new Dictionary<string, ConfigurationValue>(StringComparer.Ordinal);
            foreach (var key in asked)
            {
                if (await ReadAsync(key) is { Value.Length: > 0 } value)
                {
                    found[key] = value;
                }
            }

            return found;
        }
        catch (Exception e) when (RedisFailures.IsRedis(e))
        {
            throw new ConfigurationStoreException(e.Message);
        }
    }

    public async Task<IAsyncDisposable> SubscribeAsync(IReadOnlyList<string> keys, Func<string, ConfigurationValue, Task> changed)
    {
        var prefix = $"__keyspace@{_database}__:";
        // One after the other: an application must not see an older value last. A subscriber that is this far behind waits for the newest values only.
        var changes = Channel.CreateBounded<string>(new BoundedChannelOptions(WaitingChanges) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        var channels = keys.Count == 0 ? [new RedisChannel(prefix + "*", RedisChannel.PatternMode.Pattern)] : keys.Select(k => new RedisChannel(prefix + k, RedisChannel.PatternMode.Literal)).ToArray();
        var subscriber = _connection.GetSubscriber();
        void OnEvent(RedisChannel channel, RedisValue _) => changes.Writer.TryWrite(((string)channel!)[prefix.Length..]);
        try
        {
            foreach (var channel in channels)
            {
                await subscriber.SubscribeAsync(channel, OnEvent);
            }
        }
        catch (Exception e) when (RedisFailures.IsRedis(e))
        {
            throw new ConfigurationStoreException(e.Message);
        }

        return new Subscription(subscriber, channels, OnEvent, changes, DeliverAsync(changes.Reader, changed));
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.CloseAsync();
        _connection.Dispose();
    }

    private IDatabase Database => _connection.GetDatabase(_database);

    private async Task DeliverAsync(ChannelReader<string> changes, Func<string, ConfigurationValue, Task> changed)
    {
        await foreach (var key in changes.ReadAllAsync())
        {
            try
            {
                await changed(key, await ReadAsync(key) ?? default);
            }
            catch (Exception e) when (RedisFailures.IsRedis(e))
            {
                // The next change of the key is told again.
            }
        }
    }

    /// <returns>Null when the key is absent or no string.</returns>
    private async Task<ConfigurationValue?> ReadAsync(string key)
    {
        try
        {
            if (await Database.StringGetAsync(key) is not { IsNull: false } text)
            {
                return null;
            }

            var parts = ((string)text!).Split("||");
            return new ConfigurationValue(parts[0], parts.Length > 1 ? parts[1] : "");
        }
        catch (RedisServerException e) when (e.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private sealed class Subscription(ISubscriber subscriber, RedisChannel[] channels, Action<RedisChannel, RedisValue> handler, Channel<string> changes, Task delivery) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var channel in channels)
            {
                await subscriber.UnsubscribeAsync(channel, handler, CommandFlags.FireAndForget);
            }

            // Not awaited: the delivery itself may be what ends the subscription.
            changes.Writer.TryComplete();
            _ = delivery;
        }
    }
}
