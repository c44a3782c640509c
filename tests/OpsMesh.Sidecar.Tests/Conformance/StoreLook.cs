using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Npgsql;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Looks into a store behind the sidecar's back, and compares what lies there with what daprd left there.</summary>
internal static class StoreLook
{
    /// <param name="sqliteFiles">File of each store that is not PostgreSQL's.</param>
    public static async Task SqlAsync(OtherStep step, IReadOnlyDictionary<string, string> sqliteFiles, string postgres, CancellationToken cancellationToken)
    {
        var store = step.Step["store"]!.GetValue<string>();
        await using System.Data.Common.DbConnection connection = sqliteFiles.TryGetValue(store, out var file)
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString())
            : new NpgsqlConnection(postgres);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A recorded query.
        command.CommandText = step.Step["query"]!.GetValue<string>();
#pragma warning restore CA2100
        var rows = new JsonArray();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(new JsonObject(Enumerable.Range(0, reader.FieldCount).Select(i => KeyValuePair.Create<string, JsonNode?>(reader.GetName(i), ToJson(reader.GetValue(i))))));
            }
        }

        step.Comparison.Compare($"{step.Path}.rows", Plain(step.Step["rows"]), Plain(rows));
    }

    public static async Task RedisAsync(OtherStep step, IDatabase database)
    {
        var command = step.Step["command"]!.AsArray().Select(c => c!.GetValue<string>()).ToArray();
        var reply = await database.ExecuteAsync(command[0], [.. command[1..]]);
        var recorded = step.Step["reply"]!;
        JsonNode? actual = recorded switch
        {
            JsonObject => new JsonObject(((RedisValue[])reply!).Chunk(2).Select(p => KeyValuePair.Create<string, JsonNode?>(p[0]!, (string?)p[1]))),
            JsonArray => new JsonArray([.. ((RedisValue[])reply!).Select(v => (JsonNode?)(string?)v).OrderBy(v => v!.ToString(), StringComparer.Ordinal)]),
            JsonValue value when value.TryGetValue<long>(out _) => JsonValue.Create((long)reply),
            _ => JsonValue.Create((string?)reply),
        };
        if (command[0] == "TTL" && actual!.GetValue<long>() is var left && recorded.GetValue<long>() is > 5 and var first && left <= first && left > first - 5)
        {
            // It runs while we look.
            return;
        }

        step.Comparison.Compare($"{step.Path}.reply", Plain(recorded), Plain(actual));
    }

    private static JsonValue? ToJson(object value) => value switch
    {
        DBNull => null,
        bool b => JsonValue.Create(b),
        long or int or short => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        Guid g => JsonValue.Create(g.ToString("D")),
        byte[] bytes => JsonValue.Create(Convert.ToHexString(bytes)),
        _ => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };

    /// <summary>Stored JSON is compared as JSON: redis' members come in any order. So is DDL without its spaces.</summary>
    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, Plain(m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Plain)]),
        JsonValue v when v.TryGetValue<string>(out var text) && text.StartsWith('{') => Parsed(text),
        JsonValue v when v.TryGetValue<string>(out var text) && text.StartsWith("CREATE ", StringComparison.Ordinal) => string.Concat(text.Where(c => !char.IsWhiteSpace(c))),
        _ => node?.DeepClone(),
    };

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
