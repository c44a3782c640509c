using OpsMesh.Contracts.AgentCommand.V1;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary>What a sync does to the node's document, and what the daemon is told.</summary>
internal sealed record SyncVerdict
{
    /// <summary>The document to store; null when nothing is to be stored.</summary>
    public AgentsDocument? Next { get; init; }

    public IReadOnlyList<AgentEvent> Events { get; init; } = [];

    public required SyncAgentStatesResponse Response { get; init; }
}

/// <param name="Verb">One of <see cref="AgentTransitions"/>.</param>
/// <param name="Traceparent">Trace of the command that caused it; null when none did.</param>
internal sealed record AgentEvent(string Verb, string AgentId, long NodeSeq, string? Traceparent, AgentEventData Data);
