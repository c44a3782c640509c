using OpsMesh.AgentCommand.Sessions;
using OpsMesh.Contracts.AgentCommand.V1;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary>Stores what a daemon reports of its agents; the answer is given after the commit.</summary>
internal sealed partial class SyncAgentStatesHandler(
    IAgentStore agents, SessionTable sessions, NodeGates gates, TimeProvider clock, ILogger<SyncAgentStatesHandler> logger)
{
    internal const int MostAgents = 1_000;

    /// <param name="nodeId">The node of the caller's certificate.</param>
    /// <returns>
    /// The answer; or Invalid (FIELD_REQUIRED, TOO_MANY_ITEMS), Raced (CHANGED_MEANWHILE), Busy (SHED), Unavailable (STORE_UNAVAILABLE).
    /// </returns>
    public async Task<Outcome<SyncAgentStatesResponse>> HandleAsync(
        string nodeId, SyncAgentStatesRequest request, CancellationToken cancellationToken)
    {
        if (Check(request) is { } refusal)
        {
            return refusal;
        }

        var session = sessions.Find(nodeId);
        var sessionEpoch = session?.Hello.DaemonEpoch == request.Epoch ? session.Hello.SessionEpoch : 0;
        request.NodeId = nodeId;

        using var turn = await gates.EnterAsync(nodeId, cancellationToken);
        var outcome = await agents.SyncAsync(
            nodeId, stored => SyncDecider.Decide(stored, request, sessionEpoch, clock.GetUtcNow()), cancellationToken);
        if (!outcome.Succeeded)
        {
            return outcome.Failure;
        }

        var response = outcome.Value.Response;
        if (response.Results.Count > 0)
        {
            LogRefused(nodeId, response.Results.Count, response.Results[0].AgentId, response.Results[0].Reason);
        }

        return response;
    }

    private static Failure? Check(SyncAgentStatesRequest request)
    {
        if (request.NodeId.Length == 0)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldRequired, "node_id is required.") { Field = "node_id" };
        }

        if (request.Epoch == 0)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldRequired, "epoch is required.") { Field = "epoch" };
        }

        return request.States.Count > MostAgents || request.Removed.Count > MostAgents
            ? new Failure(FailureKind.Invalid, Reasons.TooManyItems, $"A node has at most {MostAgents} agents.") { Field = "states" }
            : null;
    }

    [LoggerMessage(LogLevel.Warning, "Node {NodeId} synced {Count} agent states that were refused; the first is {AgentId}: {Reason}")]
    private partial void LogRefused(string nodeId, int count, string agentId, string reason);
}
