namespace OpsMesh.Cli.Topology;

/// <summary>One process of the topology.</summary>
/// <param name="Name">Unique; also the name of its folders and files.</param>
/// <param name="Project">Path of its csproj below the repository.</param>
/// <param name="Kind">What `up` has to prepare for it.</param>
/// <param name="Ports">By name of the binding: app, node, management, page, game.</param>
/// <param name="Environment">Beyond what `up` sets for its kind.</param>
/// <param name="Configuration">For `up` itself: agents and labels of a node.</param>
/// <param name="Dapr">Null for a process without a sidecar of its own.</param>
internal sealed record TyeService(
    string Name,
    string Project,
    ProcessKind Kind,
    IReadOnlyDictionary<string, int> Ports,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> Configuration,
    TyeDapr? Dapr)
{
    public string Assembly => Path.GetFileNameWithoutExtension(Project);

    /// <summary>Every port that must be free before it starts.</summary>
    public IEnumerable<int> AllPorts => Dapr is null ? Ports.Values : [.. Ports.Values, Dapr.HttpPort, Dapr.GrpcPort, Dapr.InternalPort, Dapr.MetricsPort];
}

/// <summary>The sidecar's side of a process: the dapr extension.</summary>
internal sealed record TyeDapr(string AppProtocol, int HttpPort, int GrpcPort, int InternalPort, int MetricsPort);

/// <summary>Starts in this order, stops in the reverse one.</summary>
internal enum ProcessKind
{
    /// <summary>A database or broker that a profile needs; never in tye.yaml.</summary>
    Store = 1,
    Sidecar,
    Service,
    Console,
    Node,
    Subscriber,
}
