using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Ledger;

/// <summary>Data of <c>opsmesh.command.accepted.v1</c> and <c>opsmesh.command.finished.v1</c> on topic <c>command-state</c>.</summary>
internal sealed record CommandEventData
{
    public int Schema { get; init; } = 1;

    public required string CommandId { get; init; }

    public required string NodeId { get; init; }

    public required string AgentId { get; init; }

    public required string Operation { get; init; }

    public required string Principal { get; init; }

    public required CommandState State { get; init; }

    public string? Outcome { get; init; }

    public string? Message { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public DateTimeOffset? ReceivedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public static CommandEventData Of(CommandDocument command) => new()
    {
        CommandId = command.CommandId,
        NodeId = command.NodeId,
        AgentId = command.AgentId,
        Operation = command.Operation,
        Principal = command.Principal,
        State = command.State,
        Outcome = command.IsFinal ? command.Outcome : null,
        Message = command.IsFinal ? command.Message : null,
        AcceptedAt = command.AcceptedAt,
        ReceivedAt = command.ReceivedAt,
        StartedAt = command.StartedAt,
        FinishedAt = command.FinishedAt,
    };
}
