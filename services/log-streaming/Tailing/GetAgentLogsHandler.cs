using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Contracts.LogStreaming.V1;
using OpsMesh.Reach;

namespace OpsMesh.LogStreaming.Tailing;

/// <summary>Reads a page of an agent's log where it is: on the node.</summary>
internal sealed class GetAgentLogsHandler(INodeConnector nodes)
{
    /// <returns>
    /// A page; or Invalid (see <see cref="LogRules"/>), NotFound (NODE_UNKNOWN, AGENT_UNKNOWN), Unavailable (NODE_UNREACHABLE,
    /// STORE_UNAVAILABLE), and whatever else the node refuses with.
    /// </returns>
    public async Task<Outcome<GetAgentLogsResponse>> HandleAsync(GetAgentLogsRequest request, CancellationToken cancellationToken)
    {
        var query = request.ToQuery();
        var refusal = LogRules.Target(request.NodeId, request.AgentId)
            ?? LogRules.Lines(request.Lines, "lines")
            ?? LogRules.Query(query)
            ?? LogRules.Direction(request.HasDirection, request.Direction);
        if (refusal is not null)
        {
            return refusal;
        }

        var asked = new GetLogsRequest { Query = query, Lines = request.Lines == 0 ? LogRules.DefaultLines : request.Lines };
        if (request.HasDirection)
        {
            asked.Direction = request.Direction;
        }

        var answered = await nodes.CallAsync(
            request.NodeId, Traffic.Read, (daemon, call) => daemon.GetLogsAsync(asked, call), cancellationToken);
        if (!answered.Succeeded)
        {
            return answered.Failure.AsOfRequest();
        }

        var page = answered.Value;
        return new GetAgentLogsResponse
        {
            Lines = { page.Lines },
            NextCursor = page.NextCursor,
            Gaps = { page.Gaps },
            SourceEpoch = page.SourceEpoch,
        };
    }
}
