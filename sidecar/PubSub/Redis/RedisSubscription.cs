using System.Collections.Concurrent;
using System.Threading.Channels;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.PubSub.Redis;

/// <summary>Reads one topic for one group, on a connection of its own, and looks for messages that nobody acknowledged.</summary>
/// <param name="inHand">Messages of the topic and group that are queued or being handled in this process: such a message is not
/// delivered a second time, however long that takes and whichever subscription has it.</param>
internal sealed partial class RedisSubscription(
    string topic,
    string group,
    Func<BrokerMessage, CancellationToken, Task> handle,
    RedisBrokerOptions options,
    ConnectionMultiplexer connection,
    ConnectionMultiplexer reader,
    ChannelWriter<RedisWork> work,
    ConcurrentDictionary<string, bool> inHand,
    TimeProvider clock,
    ILogger logger,
    CancellationToken closing) : IDisposable
{
    private static readonly TimeSpan Block = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(500);

#pragma warning disable CA2213 // Loops and workers still look at its token after the end; it holds nothing but its link to the broker's.
    private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(closing);
#pragma warning restore CA2213

    public Task Ended { get; private set; } = Task.CompletedTask;

    public bool IsEnded => Ended.IsCompleted && _stopping.IsCancellationRequested;

    public void Start() => Ended = Task.WhenAll(Task.Run(ReadAsync), Task.Run(RedeliverAsync));

    public async Task HandleAsync(RedisEntry entry)
    {
        try
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            await HandOverAsync(entry);
            await RedisStreams.AcknowledgeAsync(connection.GetDatabase(), topic, group, entry.Id);
        }
        catch (OperationCanceledException)
        {
            // Not dealt with: redis keeps it for the next who subscribes.
        }
        catch (Exception e) when (RedisBroker.IsRedis(e))
        {
            LogUnacknowledged(topic, entry.Id, e.Message);
        }
        finally
        {
            inHand.TryRemove(entry.Id, out _);
        }
    }

    /// <summary>Closes the connection at once: a read that went on blocking would take the next message with it.</summary>
    public void Dispose()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _stopping.Cancel();
            reader.Close(allowCommandsToComplete: false);
            reader.Dispose();
        }
    }

    private async Task HandOverAsync(RedisEntry entry)
    {
        try
        {
            await handle(entry.Message, _stopping.Token);
        }
#pragma warning disable CA1031 // A worker lives on; the message is acknowledged, as daprd does with what failed.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogLost(topic, e);
        }
    }

    private Task ReadAsync()
    {
        var hasReadOwn = false;
        return LoopAsync(async () =>
        {
            if (!hasReadOwn)
            {
                await ReadOwnAsync();
                hasReadOwn = true;
            }

            await QueueAsync(await RedisStreams.ReadAsync(reader.GetDatabase(), topic, group, options.QueueDepth, Block));
        });
    }

    /// <summary>What a sidecar that was killed had read and not acknowledged: it need not wait for the processing timeout.</summary>
    private async Task ReadOwnAsync()
    {
        var after = "0";
        while (await RedisStreams.ReadOwnAsync(reader.GetDatabase(), topic, group, options.QueueDepth, after) is (var entries, { } last))
        {
            await QueueAsync(entries);
            after = last;
        }
    }

    private async Task RedeliverAsync()
    {
        if (options.ProcessingTimeout == TimeSpan.Zero || options.RedeliverInterval == TimeSpan.Zero)
        {
            return;
        }

        await LoopAsync(async () =>
        {
            await Task.Delay(options.RedeliverInterval, clock, _stopping.Token);
            await QueueAsync(await RedisStreams.ClaimAsync(
                connection.GetDatabase(), topic, group, options.QueueDepth, options.ProcessingTimeout, id => !inHand.ContainsKey(id)));
        });
    }

    private async Task QueueAsync(IReadOnlyList<RedisEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (inHand.TryAdd(entry.Id, true))
            {
                await QueueAsync(entry);
            }
        }
    }

    private async Task QueueAsync(RedisEntry entry)
    {
        try
        {
            await work.WriteAsync(new RedisWork(this, entry), _stopping.Token);
        }
        catch
        {
            // Never handled here: another subscription may have it.
            inHand.TryRemove(entry.Id, out _);
            throw;
        }
    }

    private async Task LoopAsync(Func<Task> turn)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await turn();
            }
            catch (Exception e) when (_stopping.IsCancellationRequested && (e is OperationCanceledException or ChannelClosedException || RedisBroker.IsRedis(e)))
            {
                return;
            }
            catch (Exception e) when (RedisBroker.IsRedis(e))
            {
                LogUnread(topic, e.Message);
                await RecoverAsync(e);
            }
        }
    }

    private async Task RecoverAsync(Exception failure)
    {
        try
        {
            if (failure.Message.StartsWith(RedisStreams.NoGroup, StringComparison.Ordinal))
            {
                // The stream was deleted, or redis began anew.
                await RedisStreams.CreateGroupAsync(connection.GetDatabase(), topic, group);
                return;
            }

            await Task.Delay(AfterFailure, clock, _stopping.Token);
        }
        catch (Exception e) when (e is OperationCanceledException || RedisBroker.IsRedis(e))
        {
            // The loop tries again, or has been told to end.
        }
    }

    [LoggerMessage(LogLevel.Error, "A message on topic {Topic} was lost: its handling failed")]
    private partial void LogLost(string topic, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Topic {Topic} cannot be read: {Problem}")]
    private partial void LogUnread(string topic, string problem);

    [LoggerMessage(LogLevel.Warning, "Message {Id} of topic {Topic} was handled but not acknowledged, it will come again: {Problem}")]
    private partial void LogUnacknowledged(string topic, string id, string problem);
}
