using System.Text.Json.Serialization;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Ledger;

/// <summary><c>cmd:&lt;id&gt;</c>: one command, its state and all its times.</summary>
internal sealed record CommandDocument
{
    public int Schema { get; init; } = 1;

    public required string CommandId { get; init; }

    public required string NodeId { get; init; }

    public required string AgentId { get; init; }

    public required string Operation { get; init; }

    /// <summary>Generation that the caller saw; 0 for any.</summary>
    public ulong Generation { get; init; }

    /// <summary>Who asked: <c>operator:name</c>.</summary>
    public required string Principal { get; init; }

    /// <summary>W3C trace context of the request that asked; null when it had none.</summary>
    public string? Traceparent { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Time after <see cref="AcceptedAt"/> in which a node may still take it.</summary>
    public required int TtlSeconds { get; init; }

    public required int RunTimeoutSeconds { get; init; }

    public required CommandState State { get; init; }

    /// <summary>DONE, ALREADY_RUNNING ... or a reason; empty until final.</summary>
    public string Outcome { get; init; } = "";

    public string Message { get; init; } = "";

    public DateTimeOffset? OfferedAt { get; init; }

    /// <summary>This and the next two are the node's clock, except for a final state that the node did not report.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    [JsonIgnore]
    public DateTimeOffset ExpiresAt => AcceptedAt.AddSeconds(TtlSeconds);

    [JsonIgnore]
    public bool IsFinal => CommandMachine.IsFinal(State);
}
