using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary>One agent in <see cref="AgentsDocument"/>: its state as the daemon reported it.</summary>
internal sealed record AgentRecord
{
    /// <summary>Kept from the first sync that names one.</summary>
    public string Type { get; init; } = "";

    public AgentStatus Status { get; init; }

    public int Pid { get; init; }

    public string Version { get; init; } = "";

    public long StartTime { get; init; }

    public int RestartCount { get; init; }

    public long LastHeartbeat { get; init; }

    public AgentHealth Health { get; init; }

    public ulong Generation { get; init; }

    public int? ExitCode { get; init; }

    public int Signal { get; init; }

    public bool Oom { get; init; }

    public string Message { get; init; } = "";

    public string ConfigHash { get; init; } = "";

    /// <summary>Unix seconds at which this state was stored.</summary>
    public long LastSyncTime { get; init; }

    public static AgentRecord Of(AgentState state, AgentRecord? before, DateTimeOffset now) => new()
    {
        Type = before is { Type.Length: > 0 } ? before.Type : state.Type,
        Status = state.Status,
        Pid = state.Pid,
        Version = state.Version,
        StartTime = state.StartTime,
        RestartCount = state.RestartCount,
        LastHeartbeat = state.LastHeartbeat,
        Health = state.Health,
        Generation = state.Generation,
        ExitCode = state.HasExitCode ? state.ExitCode : null,
        Signal = state.Signal,
        Oom = state.Oom,
        Message = state.Message,
        ConfigHash = state.ConfigHash,
        LastSyncTime = now.ToUnixTimeSeconds(),
    };

    public AgentInfo ToInfo(string nodeId, string agentId)
    {
        var info = new AgentInfo
        {
            Id = agentId,
            NodeId = nodeId,
            Type = Type,
            Status = Status,
            Pid = Pid,
            Version = Version,
            StartTime = StartTime,
            RestartCount = RestartCount,
            LastHeartbeat = LastHeartbeat,
            Health = Health,
            Generation = Generation,
            Signal = Signal,
            Oom = Oom,
            Message = Message,
            ConfigHash = ConfigHash,
            LastSyncTime = LastSyncTime,
        };
        if (ExitCode is { } exitCode)
        {
            info.ExitCode = exitCode;
        }

        return info;
    }
}
