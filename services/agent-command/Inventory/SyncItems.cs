using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary>Judges the items of a sync one by one; the rest of a sync is stored although some are refused.</summary>
internal static class SyncItems
{
    private const int LongestText = 1_024;

    public static List<SyncResult> Refused(SyncAgentStatesRequest request)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var refused = new List<SyncResult>();
        foreach (var state in request.States)
        {
            if ((seen.Add(state.AgentId) ? Refusal(state) : Reasons.FieldFormat) is { } reason)
            {
                refused.Add(new SyncResult { AgentId = state.AgentId, Reason = reason });
            }
        }

        return refused;
    }

    private static string? Refusal(AgentState state)
    {
        if (!Ids.IsName(state.AgentId))
        {
            return Reasons.NameCharset;
        }

        if (state.Status is <= AgentStatus.Unspecified or > AgentStatus.Unknown || state.Health is < AgentHealth.Unspecified or > AgentHealth.Unhealthy)
        {
            return Reasons.UnknownEnum;
        }

        var inRange = state is { Pid: >= 0, RestartCount: >= 0, StartTime: >= 0, LastHeartbeat: >= 0, Signal: >= 0 }
            && state.Message.Length <= LongestText && state.Type.Length <= LongestText
            && state.Version.Length <= LongestText && state.ConfigHash.Length <= LongestText;
        return inRange ? null : Reasons.OutOfRange;
    }
}
