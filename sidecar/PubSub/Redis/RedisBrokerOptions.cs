using System.Collections.Frozen;
using System.Globalization;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.PubSub.Redis;

/// <summary>The metadata of a pubsub.redis component.</summary>
/// <param name="ConsumerId">Name of the consumer group; null: the application's id.</param>
/// <param name="ProcessingTimeout">After this long an unacknowledged message is delivered again; zero: never.</param>
/// <param name="RedeliverInterval">How often such messages are looked for; zero: never.</param>
/// <param name="QueueDepth">Messages read ahead.</param>
/// <param name="Concurrency">Messages handled at a time, over all topics of the component.</param>
/// <param name="MaxLength">About how many entries a stream keeps; 0: all.</param>
/// <param name="StreamTtl">About how long a stream keeps an entry; null: for ever.</param>
internal sealed record RedisBrokerOptions(
    ConfigurationOptions Connection,
    string? ConsumerId,
    TimeSpan ProcessingTimeout,
    TimeSpan RedeliverInterval,
    int QueueDepth,
    int Concurrency,
    long MaxLength,
    TimeSpan? StreamTtl)
{
    // Of daprd's component and without effect here, because connections are not pooled.
    private static readonly FrozenSet<string> WithoutEffect = new[]
    {
        "redisType", "redisMaxRetries", "redisMinRetryInterval", "redisMaxRetryInterval", "dialTimeout", "readTimeout", "writeTimeout",
        "poolSize", "poolTimeout", "maxConnAge", "minIdleConns", "idleTimeout", "idleCheckFrequency", "insecureSkipTLSVerify",
        "allowedTopics", "protectedTopics", "publishingScopes", "subscriptionScopes",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Known = new[]
    {
        "redisHost", "redisPort", "redisUsername", "redisPassword", "redisDB", "enableTLS", "failover", "consumerID", "processingTimeout",
        "redeliverInterval", "queueDepth", "concurrency", "maxLenApprox", "streamTTL",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="PlanException">Names the field that cannot be used.</exception>
    public static RedisBrokerOptions Read(Component component)
    {
        if (component.Metadata.Keys.FirstOrDefault(k => !Known.Contains(k) && !WithoutEffect.Contains(k)) is { } unknown)
        {
            throw new PlanException($"{component.Place}: spec.metadata: pubsub.redis has no '{unknown}'");
        }

        foreach (var flag in (string[])["enableTLS", "failover"])
        {
            if (component.Value(flag) is { } set && GoBool.Parse(set) != false)
            {
                throw new PlanException($"{component.Place}: spec.metadata: {flag} is not supported by this sidecar");
            }
        }

        return new RedisBrokerOptions(
            ReadConnection(component),
            component.Value("consumerID"),
            Duration(component, "processingTimeout") ?? TimeSpan.FromSeconds(60),
            Duration(component, "redeliverInterval") ?? TimeSpan.FromSeconds(15),
            (int)Number(component, "queueDepth", 100, 1),
            (int)Number(component, "concurrency", 10, 1),
            Number(component, "maxLenApprox", 0, 0),
            Duration(component, "streamTTL"));
    }

    /// <summary>For a connection of its own, as each blocking read needs one.</summary>
    public ConfigurationOptions NewConnection() => Connection.Clone();

    private static ConfigurationOptions ReadConnection(Component component)
    {
        var host = component.Value("redisHost") ?? "localhost:6379";
        if (component.Value("redisPort") is { } port && !host.Contains(':', StringComparison.Ordinal))
        {
            host = $"{host}:{port}";
        }

        var connection = new ConfigurationOptions
        {
            Password = component.Value("redisPassword"),
            DefaultDatabase = (int)Number(component, "redisDB", 0, 0),
            ClientName = "opsmesh-sidecar",
            ConnectTimeout = 5_000,
            SyncTimeout = 5_000,
            ResponseTimeout = 15_000,
            AbortOnConnectFail = true,
        };
        connection.EndPoints.Add(host);
        return connection;
    }

    /// <summary>A bare number is milliseconds, as daprd reads it.</summary>
    private static TimeSpan? Duration(Component component, string name)
    {
        if (component.Value(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : GoDuration.Parse(text) ?? throw new PlanException($"{component.Place}: spec.metadata: {name}: '{text}' is no duration such as 15s");
    }

    private static long Number(Component component, string name, long otherwise, long least)
    {
        if (component.Value(name) is not { } text)
        {
            return otherwise;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= int.MaxValue
            ? number
            : throw new PlanException($"{component.Place}: spec.metadata: {name}: '{text}' is no number from {least}");
    }
}
