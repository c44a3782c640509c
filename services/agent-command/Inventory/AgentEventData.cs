using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary>Data of <c>opsmesh.agent.*.v1</c> on topic <c>agent-state</c>: the agent after the change.</summary>
internal sealed record AgentEventData
{
    public int Schema { get; init; } = 1;

    public required string NodeId { get; init; }

    public required string AgentId { get; init; }

    public required string Type { get; init; }

    public required AgentStatus Status { get; init; }

    public required AgentHealth Health { get; init; }

    public required int Pid { get; init; }

    public required int RestartCount { get; init; }

    public required ulong Generation { get; init; }

    public required long StartTime { get; init; }

    public int? ExitCode { get; init; }

    public required int Signal { get; init; }

    public required bool Oom { get; init; }

    public string? Message { get; init; }

    public static AgentEventData Of(string nodeId, string agentId, AgentRecord agent) => new()
    {
        NodeId = nodeId,
        AgentId = agentId,
        Type = agent.Type,
        Status = agent.Status,
        Health = agent.Health,
        Pid = agent.Pid,
        RestartCount = agent.RestartCount,
        Generation = agent.Generation,
        StartTime = agent.StartTime,
        ExitCode = agent.ExitCode,
        Signal = agent.Signal,
        Oom = agent.Oom,
        Message = agent.Message is { Length: > 0 } message ? message : null,
    };
}
