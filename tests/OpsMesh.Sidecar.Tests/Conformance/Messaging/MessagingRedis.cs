using System.Text.Json.Nodes;
using OpsMesh.Testing;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Looks into the redis of a set-up.</summary>
internal static class MessagingRedis
{
    /// <param name="number">The recorders' components have number 5, as a rule.</param>
    public static Task<ConnectionMultiplexer> ConnectAsync(TestRedis redis, int number = 5)
    {
        var configuration = new ConfigurationOptions { DefaultDatabase = number };
        configuration.EndPoints.Add($"127.0.0.1:{redis.Port}");
        return ConnectionMultiplexer.ConnectAsync(configuration);
    }

    /// <summary>An answer of names and values, one behind the other.</summary>
    public static JsonObject Map(RedisResult answer)
    {
        var fields = (RedisResult[])answer;
        var map = new JsonObject();
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            map[(string)fields[i]!] = Value(fields[i + 1]);
        }

        return map;
    }

    /// <summary>The fields of a stream's entries. What is JSON in them is compared as such.</summary>
    public static async Task<JsonArray> EntriesAsync(IDatabase redis, string topic)
    {
        var entries = (RedisResult[])await redis.ExecuteAsync("XRANGE", topic, "-", "+");
        return new JsonArray([.. entries.Select(e => Fields([.. ((RedisResult[])((RedisResult[])e)[1]).Select(f => (string)f!)]))]);
    }

    public static JsonNode Fields(string[] fields)
    {
        var map = new JsonObject();
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            map[fields[i]] = fields[i + 1].StartsWith('{') ? JsonNode.Parse(fields[i + 1]) : fields[i + 1];
        }

        return map;
    }

    private static JsonValue? Value(RedisResult value) => (string?)value is not { } text ? null
        : long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(text);
}
