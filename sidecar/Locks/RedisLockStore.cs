using OpsMesh.Sidecar.Redis;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Locks;

/// <summary>lock.redis: the owner under the name of the lock, gone when it expires.</summary>
internal sealed class RedisLockStore(ConnectionMultiplexer connection) : ILockStore
{
    private const string Unlock = """
        local owner = redis.call('GET', KEYS[1])
        if not owner then return 1 end
        if owner ~= ARGV[1] then return 2 end
        redis.call('DEL', KEYS[1])
        return 0
        """;

    public async Task<bool> TryLockAsync(string name, string owner, TimeSpan expiry)
    {
        try
        {
            return await connection.GetDatabase().StringSetAsync(name, owner, expiry, When.NotExists);
        }
        catch (Exception e) when (RedisFailures.IsRedis(e))
        {
            throw new LockStoreException(e.Message);
        }
    }

    public async Task<UnlockStatus> UnlockAsync(string name, string owner)
    {
        try
        {
            return (UnlockStatus)(int)await connection.GetDatabase().ScriptEvaluateAsync(Unlock, [name], [owner]);
        }
        catch (Exception e) when (RedisFailures.IsRedis(e))
        {
            throw new LockStoreException(e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await connection.CloseAsync();
        connection.Dispose();
    }
}
