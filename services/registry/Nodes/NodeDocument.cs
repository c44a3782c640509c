using OpsMesh.Contracts.Registry.V1;

namespace OpsMesh.Registry.Nodes;

/// <summary><c>node:id</c>: one node as it registered last, and the last verdict on it. Other services read it by key.</summary>
internal sealed record NodeDocument
{
    public int Schema { get; init; } = 1;

    public required string NodeId { get; init; }

    public required string Hostname { get; init; }

    public string Ip { get; init; } = "";

    public string Os { get; init; } = "";

    public string Arch { get; init; } = "";

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string DaemonVersion { get; init; } = "";

    public string AgentVersion { get; init; } = "";

    public required string BootId { get; init; }

    public string MachineId { get; init; } = "";

    public ulong DaemonEpoch { get; init; }

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>host:port of the daemon's node port.</summary>
    public required string Address { get; init; }

    /// <summary>Empty when the daemon has no sidecar.</summary>
    public string AppId { get; init; } = "";

    public required string SessionId { get; init; }

    /// <summary>+1 per accepted registration: the fencing token.</summary>
    public required ulong SessionEpoch { get; init; }

    public required DateTimeOffset RegisteredAt { get; init; }

    public required Verdict State { get; init; }

    public required DateTimeOffset StateSince { get; init; }

    /// <summary>Why the state is what it is, in a sentence.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>Events about this node so far: the last nodeseq of source /registry.</summary>
    public long NodeSeq { get; init; }

    /// <summary>+1 per write.</summary>
    public long Revision { get; init; }

    public static string Key(string nodeId) => $"node:{nodeId}";
}

/// <summary>What the registry believes about a registered node. Named and numbered as in <see cref="NodeState"/>.</summary>
internal enum Verdict
{
    Online = (int)NodeState.Online,
    Suspect = (int)NodeState.Suspect,
    Offline = (int)NodeState.Offline,
}
