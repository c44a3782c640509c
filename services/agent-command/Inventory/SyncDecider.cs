using OpsMesh.Contracts.AgentCommand.V1;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary>
/// Orders syncs by (epoch, seq) and applies them: a snapshot replaces, a change patches, a gap asks for a snapshot, and what is older
/// than the stored state is acknowledged and left alone.
/// </summary>
internal static class SyncDecider
{
    /// <param name="sessionEpoch">Registration of the node's live session if that session speaks for the request's epoch, else 0.</param>
    public static SyncVerdict Decide(AgentsDocument? stored, SyncAgentStatesRequest request, ulong sessionEpoch, DateTimeOffset now)
    {
        var newEpoch = stored is null || request.Epoch > stored.Epoch || StartedCountingAnew(stored, request, sessionEpoch);
        if (!newEpoch && (request.Epoch < stored!.Epoch || IsOld(stored, request)))
        {
            return Superseded(request, request.Epoch < stored.Epoch ? request.Seq : stored.Seq);
        }

        if (!request.Snapshot && (newEpoch || request.Seq != stored!.Seq + 1))
        {
            return NeedFull(newEpoch ? 0 : stored!.Seq);
        }

        return Apply(stored ?? new AgentsDocument { NodeId = request.NodeId }, request, sessionEpoch, now);
    }

    // A daemon that lost its folder counts from 1 again; only a registration after the stored one proves that it is no late message.
    private static bool StartedCountingAnew(AgentsDocument stored, SyncAgentStatesRequest request, ulong sessionEpoch) =>
        request.Epoch < stored.Epoch && sessionEpoch > stored.SessionEpoch;

    // A snapshot of the very seq that is stored is taken: the daemon sends one when the digests differ.
    private static bool IsOld(AgentsDocument stored, SyncAgentStatesRequest request) =>
        request.Seq < stored.Seq || (request.Seq == stored.Seq && !request.Snapshot);

    private static SyncVerdict Superseded(SyncAgentStatesRequest request, ulong ackedSeq) => new()
    {
        Response = new SyncAgentStatesResponse { Success = true, Message = $"Seq {request.Seq} is superseded.", AckedSeq = ackedSeq },
    };

    private static SyncVerdict NeedFull(ulong ackedSeq) => new()
    {
        Response = new SyncAgentStatesResponse { Success = true, Message = "A change is missing here; send a snapshot.", NeedFull = true, AckedSeq = ackedSeq },
    };

    private static SyncVerdict Apply(AgentsDocument stored, SyncAgentStatesRequest request, ulong sessionEpoch, DateTimeOffset now)
    {
        var refused = SyncItems.Refused(request);
        // An item that is refused does not make the agent disappear.
        var kept = request.Snapshot
            ? stored.Agents.Where(agent => refused.Exists(item => item.AgentId == agent.Key))
            : stored.Agents.Where(agent => !request.Removed.Contains(agent.Key));
        var agents = new SortedDictionary<string, AgentRecord>(kept.ToDictionary(), StringComparer.Ordinal);

        var traces = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var state in request.States.Where(state => !refused.Exists(item => item.AgentId == state.AgentId)))
        {
            agents[state.AgentId] = AgentRecord.Of(state, stored.Agents.GetValueOrDefault(state.AgentId), now);
            traces[state.AgentId] = state.Traceparent;
        }

        var events = Events(stored, agents, traces);
        return new SyncVerdict
        {
            Next = new AgentsDocument
            {
                NodeId = request.NodeId,
                Epoch = request.Epoch,
                Seq = request.Seq,
                SessionEpoch = Math.Max(sessionEpoch, stored.SessionEpoch),
                Digest = request.Digest,
                NodeSeq = stored.NodeSeq + events.Count,
                Agents = agents,
            },
            Events = events,
            Response = new SyncAgentStatesResponse { Success = refused.Count == 0, AckedSeq = request.Seq, Results = { refused } },
        };
    }

    private static List<AgentEvent> Events(
        AgentsDocument stored, SortedDictionary<string, AgentRecord> agents, Dictionary<string, string> traces)
    {
        var events = new List<AgentEvent>();
        foreach (var id in stored.Agents.Keys.Union(agents.Keys, StringComparer.Ordinal))
        {
            var before = stored.Agents.GetValueOrDefault(id);
            var after = agents.GetValueOrDefault(id);
            var trace = traces.GetValueOrDefault(id) is { Length: > 0 } traceparent ? traceparent : null;
            foreach (var verb in AgentTransitions.Between(before, after))
            {
                var data = AgentEventData.Of(stored.NodeId, id, after ?? before!);
                events.Add(new AgentEvent(verb, id, stored.NodeSeq + events.Count + 1, trace, data));
            }
        }

        return events;
    }
}
