using System.Text.Json;
using OpsMesh.Sidecar.Json;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.PubSub.Redis;

/// <summary>The stream commands, which this version of the client has no methods for. Entries look as daprd writes them.</summary>
internal static class RedisStreams
{
    public const string NoGroup = "NOGROUP";

    public static Task AddAsync(IDatabase redis, BrokerMessage message, long maxLength, DateTimeOffset? oldest)
    {
        List<object> arguments = [(RedisKey)message.Topic];
        if (maxLength > 0)
        {
            arguments.AddRange("MAXLEN", "~", maxLength);
        }
        else if (oldest is { } limit)
        {
            arguments.AddRange("MINID", "~", limit.ToUnixTimeMilliseconds());
        }

        arguments.AddRange("*", "data", (RedisValue)message.Data.ToArray());
        if (message.StoredMetadata is { } metadata)
        {
            arguments.AddRange("metadata", (RedisValue)Write(metadata));
        }

        return redis.ExecuteAsync("XADD", arguments);
    }

    /// <summary>A new group begins with what the stream already holds.</summary>
    public static async Task CreateGroupAsync(IDatabase redis, string topic, string group)
    {
        try
        {
            await redis.ExecuteAsync("XGROUP", "CREATE", (RedisKey)topic, group, "0", "MKSTREAM");
        }
        catch (RedisServerException e) when (e.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // It was there.
        }
    }

    /// <summary>Waits up to <paramref name="block"/>: the connection serves nothing else meanwhile.</summary>
    public static async Task<IReadOnlyList<RedisEntry>> ReadAsync(IDatabase redis, string topic, string group, int count, TimeSpan block)
    {
        var answer = await redis.ExecuteAsync(
            "XREADGROUP", "GROUP", group, group, "COUNT", count, "BLOCK", (long)block.TotalMilliseconds, "STREAMS", (RedisKey)topic, ">");
        return answer.IsNull ? [] : ReadEntries((RedisResult[])((RedisResult[])((RedisResult[])answer)[0])[1], topic);
    }

    /// <summary>Entries that this consumer got and did not acknowledge, behind one of them.</summary>
    /// <returns>The entries that still exist, and the last id; null: there are no more.</returns>
    public static async Task<(IReadOnlyList<RedisEntry> Entries, string? Last)> ReadOwnAsync(IDatabase redis, string topic, string group, int count, string after)
    {
        var answer = await redis.ExecuteAsync("XREADGROUP", "GROUP", group, group, "COUNT", count, "STREAMS", (RedisKey)topic, after);
        var items = answer.IsNull ? [] : (RedisResult[])((RedisResult[])((RedisResult[])answer)[0])[1];
        return items.Length == 0 ? ([], null) : (ReadEntries(items, topic), (string?)((RedisResult[])items[^1])[0]);
    }

    public static Task AcknowledgeAsync(IDatabase redis, string topic, string group, string id) =>
        redis.ExecuteAsync("XACK", (RedisKey)topic, group, id);

    /// <returns>Entries that some consumer got so long ago, now this one's.</returns>
    public static async Task<IReadOnlyList<RedisEntry>> ClaimAsync(
        IDatabase redis, string topic, string group, int count, TimeSpan idle, Func<string, bool> isWanted)
    {
        var idleMs = (long)idle.TotalMilliseconds;
        var pending = (RedisResult[])await redis.ExecuteAsync("XPENDING", (RedisKey)topic, group, "-", "+", count);
        object[] ids =
        [
            .. pending
                .Select(p => (RedisResult[])p)
                .Where(p => (long)p[2] >= idleMs && isWanted((string)p[0]!))
                .Select(p => (object)(string)p[0]!),
        ];
        if (ids.Length == 0)
        {
            return [];
        }

        return ReadEntries((RedisResult[])await redis.ExecuteAsync("XCLAIM", [(RedisKey)topic, group, group, idleMs, .. ids]), topic);
    }

    private static List<RedisEntry> ReadEntries(RedisResult[] items, string topic)
    {
        List<RedisEntry> entries = [];
        foreach (var item in items)
        {
            // Null: claimed, but deleted from the stream meanwhile.
            if (!item.IsNull && (RedisResult[])item is [var id, { IsNull: false } fields])
            {
                entries.Add(ReadEntry((string)id!, (RedisResult[])fields, topic));
            }
        }

        return entries;
    }

    private static RedisEntry ReadEntry(string id, RedisResult[] fields, string topic)
    {
        byte[] data = [];
        Dictionary<string, string>? metadata = null;
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            switch ((string)fields[i]!)
            {
                case "data":
                    data = (byte[])fields[i + 1]! ?? [];
                    break;
                case "metadata":
                    metadata = ReadMetadata((byte[])fields[i + 1]!);
                    break;
            }
        }

        return new RedisEntry(id, new BrokerMessage(topic, data, metadata));
    }

    private static Dictionary<string, string>? ReadMetadata(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(json);
        }
        catch (JsonException)
        {
            // Written by another program; the message itself is still good.
            return null;
        }
    }

    private static byte[] Write(IReadOnlyDictionary<string, string> metadata)
    {
        var members = new JsonMembers();
        foreach (var (name, value) in metadata)
        {
            members.SetString(name, value);
        }

        return members.ToBytes();
    }

    private static void AddRange(this List<object> list, params ReadOnlySpan<object> items)
    {
        foreach (var item in items)
        {
            list.Add(item);
        }
    }
}

internal sealed record RedisEntry(string Id, BrokerMessage Message);
