using StackExchange.Redis;

namespace OpsMesh.Sidecar.Redis;

/// <summary>What the driver throws when the server refuses or cannot be reached.</summary>
internal static class RedisFailures
{
    public static bool IsRedis(Exception e) => e is RedisException or TimeoutException or ObjectDisposedException;

    /// <summary>The server itself answered; the command may not be repeated.</summary>
    public static bool IsAnswer(Exception e) => e is RedisServerException;
}
