using System.Globalization;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Json;
using OpsMesh.Sidecar.Redis;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.State;

/// <summary>state.redis: a hash of data and version for each key, as daprd stores it. Conditions are checked by the server, in scripts.</summary>
/// <param name="ttl">Seconds that an item without its own expiry lives; null: for ever.</param>
internal sealed class RedisStateStore(ConnectionMultiplexer connection, long? ttl) : IStateStore
{
    private const string NoVersion = "0";

    // A key without a version is free. One that was never stored with first-write takes writes without an ETag ("0").
    private const string Set = """
        local version = redis.pcall('HGET', KEYS[1], 'version')
        if type(version) == 'table' then redis.call('DEL', KEYS[1]) version = false end
        local guarded = redis.call('HGET', KEYS[1], 'first-write')
        if version and version ~= '' and version ~= ARGV[1] and (guarded or ARGV[1] ~= '0') then
          return redis.error_reply('ERR failed to set key ' .. KEYS[1])
        end
        redis.call('HSET', KEYS[1], 'data', ARGV[2])
        if ARGV[3] == '1' then redis.call('HSET', KEYS[1], 'first-write', '0') end
        return redis.call('HINCRBY', KEYS[1], 'version', 1)
        """;

    private const string Delete = """
        local version = redis.pcall('HGET', KEYS[1], 'version')
        if not version or type(version) == 'table' or version == '' or version == ARGV[1] or ARGV[1] == '0' then
          return redis.call('DEL', KEYS[1])
        end
        return redis.error_reply('ERR failed to delete ' .. KEYS[1])
        """;

    public IReadOnlyList<string> Capabilities { get; } = ["ETAG", "TRANSACTIONAL", "TTL", "KEYS_LIKE", "ACTOR"];

    public async ValueTask<StoredState?> GetAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return Read(await Database.HashGetAllAsync(key));
        }
        catch (RedisServerException e) when (e.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            return await GetPlainAsync(key);
        }
        catch (Exception e) when (RedisFailures.IsRedis(e))
        {
            throw new StateStoreException(e.Message);
        }
    }

    public async ValueTask<IReadOnlyList<StateRead>> GetAllAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        return await Task.WhenAll(keys.Select(async key =>
        {
            try
            {
                return new StateRead(await GetAsync(key, cancellationToken));
            }
            catch (StateStoreException e)
            {
                return new StateRead(null, e.Message);
            }
        }));
    }

    public async Task ApplyAsync(StateOperation operation, CancellationToken cancellationToken)
    {
        var (script, arguments) = Command(operation, withFirstWrite: true);
        var expiry = Expiry(operation);
        try
        {
            await Database.ScriptEvaluateAsync(script, [operation.Key], arguments);
        }
        catch (Exception e) when (RedisFailures.IsRedis(e))
        {
            // A deletion that cannot reach the server is told as a mismatch too: daprd's clients know it so.
            throw operation.IsDelete || (operation.ETag is not null && RedisFailures.IsAnswer(e))
                ? StateStoreException.Mismatch(e.Message)
                : new StateStoreException($"failed to set key {operation.Key}: {e.Message}");
        }

        await ExpireAsync(Database, operation, expiry);
    }

    /// <summary>As daprd does: one of them that is refused leaves the others written.</summary>
    public async Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        var commands = operations.Select(o => (Operation: o, Command: Command(o, withFirstWrite: false), Expiry: Expiry(o))).ToArray();
        var transaction = Database.CreateTransaction();
        List<Task> answers = [];
        foreach (var (operation, (script, arguments), expiry) in commands)
        {
            answers.Add(transaction.ScriptEvaluateAsync(operation is { IsDeclaredJson: true, IsDelete: false } ? "return redis.call('JSON.SET', KEYS[1], '.', ARGV[2])" : script, [operation.Key], arguments));
            answers.Add(ExpireAsync(transaction, operation, expiry));
        }

        try
        {
            await transaction.ExecuteAsync();
            foreach (var answer in answers)
            {
                await answer;
            }
        }
        catch (Exception e) when (RedisFailures.IsRedis(e))
        {
            await Task.WhenAll(answers).ContinueWith(_ => { }, TaskScheduler.Default);
            throw new StateStoreException(e.Message);
        }
    }

    public ApiException RefuseQuery(string store, ReadOnlyMemory<byte> query)
    {
        var problem = IsJson(query) ? "redis-json server support is required for query capability" : "failed to parse JSON query body: unexpected end of JSON input";
        IReadOnlyList<Google.Protobuf.IMessage> details = [new ResourceInfo { ResourceType = "state", ResourceName = store }, ApiException.Info("DAPR_STATE_QUERY_FAILED")];
        return new ApiException("ERR_STATE_QUERY", 500, StatusCode.Internal, $"state store {store} query failed: {problem}") { HttpDetails = details, GrpcDetails = details };
    }

    public async ValueTask DisposeAsync()
    {
        await connection.CloseAsync();
        connection.Dispose();
    }

    private static bool IsJson(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private IDatabase Database => connection.GetDatabase();

    private static StoredState? Read(HashEntry[] fields)
    {
        if (fields.Length == 0)
        {
            return null;
        }

        var map = fields.ToDictionary(f => (string)f.Name!, f => f.Value, StringComparer.Ordinal);
        return map.TryGetValue("data", out var data) && map.TryGetValue("version", out var version)
            ? new StoredState((byte[])data! ?? [], version!, ExpiresAt: null)
            : throw new StateStoreException("required hash field 'data' or 'version' was not found");
    }

    /// <summary>A plain string under the key, written by someone else: it has no ETag.</summary>
    private async Task<StoredState?> GetPlainAsync(string key)
    {
        try
        {
            return await Database.StringGetAsync(key) is { IsNull: false } text ? new StoredState((byte[])text!, "", ExpiresAt: null) : null;
        }
        catch (Exception e) when (RedisFailures.IsRedis(e))
        {
            throw new StateStoreException(e.Message);
        }
    }

    private static (string Script, RedisValue[] Arguments) Command(StateOperation operation, bool withFirstWrite)
    {
        if (operation.IsDelete)
        {
            return (Delete, [operation.ETag ?? NoVersion]);
        }

        var version = NoVersion;
        if (operation.ETag is { } tag && !operation.IsLastWrite)
        {
            version = long.TryParse(tag, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number.ToString(CultureInfo.InvariantCulture)
                : throw StateStoreException.InvalidETag($"strconv.Atoi: parsing {JsonSerializer.Serialize(tag)}: {GoNumbers.Problem(tag)}");
        }

        return (Set, [version, Data(operation), operation.IsFirstWrite && withFirstWrite ? "1" : "0"]);
    }

    /// <summary>JSON is stored without the escapes that the other stores have.</summary>
    private static byte[] Data(StateOperation operation)
    {
        if (!operation.IsText || operation.Value.IsEmpty)
        {
            return operation.Value.ToArray();
        }

        using var json = JsonDocument.Parse(operation.Value);
        return GoJson.Rewrite(json.RootElement, keepNumberText: true, escapeHtml: false);
    }

    private long? Expiry(StateOperation operation) => operation switch
    {
        { IsDelete: true } => null,
        { Ttl: null or "" } => ttl,
        { Ttl: { } text } when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) => seconds,
        { Ttl: var text } => throw new StateStoreException($"failed to parse ttl from metadata: strconv.ParseInt: parsing \"{text}\": {GoNumbers.Problem(text)}"),
    };

    /// <summary>Without a time of its own an item keeps the one that its key has.</summary>
    private static async Task ExpireAsync(IDatabaseAsync database, StateOperation operation, long? seconds)
    {
        try
        {
            if (seconds is > 0 and var lives)
            {
                await database.KeyExpireAsync(operation.Key, lives < int.MaxValue ? TimeSpan.FromSeconds(lives) : TimeSpan.FromDays(36_500));
            }
            else if (seconds is not null)
            {
                await database.KeyPersistAsync(operation.Key);
            }
        }
        catch (Exception e) when (RedisFailures.IsRedis(e))
        {
            throw new StateStoreException($"failed to set key {operation.Key} ttl: {e.Message}");
        }
    }
}
