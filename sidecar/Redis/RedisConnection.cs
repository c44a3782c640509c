using System.Globalization;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Redis;

/// <summary>Opens the connection that the metadata of a redis component describe.</summary>
internal static class RedisConnection
{
    private static readonly string[] Known =
    [
        "redisHost", "redisPort", "redisUsername", "redisPassword", "redisDB", "redisType", "enableTLS", "insecureSkipTLSVerify", "clientCert", "clientKey", "failover",
        "sentinelMasterName", "redisMaxRetries", "redisMinRetryInterval", "redisMaxRetryInterval", "dialTimeout", "readTimeout", "writeTimeout", "poolSize", "poolTimeout",
        "maxConnAge", "minIdleConns", "idleCheckFrequency", "idleTimeout", "maxRetries", "maxRetryBackoff",
    ];

    /// <param name="own">Metadata that the kind of component has beside those of the connection.</param>
    /// <exception cref="PlanException">A name is unknown, or the server does not answer.</exception>
    public static ConnectionMultiplexer Open(Component component, params ReadOnlySpan<string> own)
    {
        foreach (var name in component.Metadata.Keys)
        {
            if (!Known.Contains(name, StringComparer.OrdinalIgnoreCase) && !own.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw Wrong(component, $"unknown metadata '{name}' for {component.Type}/{component.Version}");
            }
        }

        if (component.Value("redisUsername") is not (null or "default") || component.Value("failover") == "true" || component.Value("redisType") == "cluster")
        {
            throw Wrong(component, "users, sentinels and clusters of redis are not supported by this sidecar");
        }

        var options = Options(component);
        try
        {
            return ConnectionMultiplexer.Connect(options);
        }
        catch (RedisConnectionException e)
        {
            throw Wrong(component, $"redis at {component.Value("redisHost") ?? "localhost:6379"} does not answer: {e.Message}");
        }
    }

    public static int Database(Component component) => Number(component, "redisDB") ?? 0;

    public static TimeSpan? Duration(Component component, string name) => component.Value(name) switch
    {
        null => null,
        { } text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms) => TimeSpan.FromMilliseconds(ms),
        { } text => GoDuration.Parse(text) ?? throw Wrong(component, $"metadata '{name}' must be a duration such as 10s"),
    };

    public static int? Number(Component component, string name) => component.Value(name) switch
    {
        null => null,
        { } text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Wrong(component, $"metadata '{name}' must be a number"),
    };

    private static ConfigurationOptions Options(Component component)
    {
        var options = new ConfigurationOptions
        {
            Password = component.Value("redisPassword"),
            Ssl = component.Value("enableTLS") == "true",
            ConnectTimeout = Milliseconds(component, "dialTimeout", 5_000),
            SyncTimeout = Milliseconds(component, "readTimeout", 3_000),
            ResponseTimeout = Milliseconds(component, "readTimeout", 10_000),
            DefaultDatabase = Database(component),
            ClientName = "OpsMesh.Sidecar",
        };
        var hosts = component.Value("redisHost") ?? "localhost:6379";
        foreach (var host in hosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            options.EndPoints.Add(component.Value("redisPort") is { } port && !host.Contains(':', StringComparison.Ordinal) ? $"{host}:{port}" : host);
        }

        return options;
    }

    private static int Milliseconds(Component component, string name, int fallback) =>
        Duration(component, name) is { } time && time > TimeSpan.Zero ? (int)time.TotalMilliseconds : fallback;

    private static PlanException Wrong(Component component, string problem) => new($"{component.Place}: component '{component.Name}': {problem}");
}
