using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local.Stores;

/// <summary>What the profile redis-postgres keeps state and events in: servers that `up` starts, but for those that were named.</summary>
internal sealed class StoreServers(LocalOptions options, MeshLayout layout)
{
    public const string Profile = "redis-postgres";
    private const string PortName = "port";
    private const int PostgresOffset = 332;
    private const int RedisOffset = 279;

    private readonly PostgresServer _postgres = new(layout);
    private readonly RedisServer _redis = new(layout);
    private readonly Dictionary<string, string> _connections = new(StringComparer.Ordinal);

    /// <summary>What component files read: only sidecars have these variables.</summary>
    public IReadOnlyDictionary<string, string> Connections => _connections;

    /// <summary>The topology with the profile's components, and with the servers that are ours to start.</summary>
    public TyeTopology AddTo(TyeTopology topology)
    {
        var components = Path.Combine(Path.GetDirectoryName(topology.ComponentsPath) ?? "", options.Profile);
        IEnumerable<TyeService> servers = options.Profile == Profile
            ? [.. options.Postgres is null ? [Server(PostgresServer.Name, PostgresOffset)] : Array.Empty<TyeService>(), .. options.Redis is null ? [Server(RedisServer.Name, RedisOffset)] : Array.Empty<TyeService>()]
            : [];
        return topology with { ComponentsPath = components, Services = [.. servers, .. topology.Services] };
    }

    /// <summary>Makes what the servers need before they start.</summary>
    public async Task PrepareAsync(TyeTopology topology, CancellationToken cancellationToken)
    {
        if (options.Profile != Profile)
        {
            return;
        }

        var ports = topology.Of(ProcessKind.Store).ToDictionary(s => s.Name, s => s.Ports[PortName], StringComparer.Ordinal);
        var redis = options.Redis ?? _redis.Prepare(ports[RedisServer.Name]);
        _connections["OPSMESH_STATE_CONNECTION"] = options.Postgres ?? await _postgres.PrepareAsync(ports[PostgresServer.Name], cancellationToken);
        _connections["OPSMESH_EVENTS_HOST"] = redis.Host;
        _connections["OPSMESH_EVENTS_PASSWORD"] = redis.Password;
        MeshLayout.WritePrivate(layout.StoreVariables, string.Concat(_connections.Select(c => $"{c.Key}='{c.Value.Replace("'", @"'\''", StringComparison.Ordinal)}'\n")));
    }

    public ProcessPlan Plan(TyeService server)
    {
        var port = server.Ports[PortName];
        var isPostgres = server.Name == PostgresServer.Name;
        return new ProcessPlan
        {
            Service = server,
            Command = isPostgres ? _postgres.Command(port) : _redis.Command(),
            Environment = new Dictionary<string, string>(),
            ReadyUrl = new Uri($"{(isPostgres ? StoreProbe.Postgres : StoreProbe.Redis)}://127.0.0.1:{port}"),
        };
    }

    private TyeService Server(string name, int offset) => new(
        name, "", ProcessKind.Store, new Dictionary<string, int> { [PortName] = options.PortBase + offset }, new Dictionary<string, string>(), new Dictionary<string, string>(), Dapr: null);
}
