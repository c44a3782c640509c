using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary>Which events a change of an agent's state is worth. Transitions may have been coalesced on the node, the final state never is.</summary>
internal static class AgentTransitions
{
    public const string Started = "started";
    public const string Stopped = "stopped";
    public const string Crashed = "crashed";
    public const string Healthy = "healthy";
    public const string Unhealthy = "unhealthy";
    public const string Removed = "removed";

    /// <param name="before">Null: the agent is new here.</param>
    /// <param name="after">Null: the agent is no more.</param>
    public static IEnumerable<string> Between(AgentRecord? before, AgentRecord? after)
    {
        if (after is null)
        {
            return before is null ? [] : [Removed];
        }

        return [.. OfProcess(before, after), .. OfHealth(before, after)];
    }

    private static IEnumerable<string> OfProcess(AgentRecord? before, AgentRecord after)
    {
        var another = after.Generation > (before?.Generation ?? 0);
        if (Runs(after))
        {
            return before is null || !Runs(before) || another ? [Started] : [];
        }

        if (before is null || !IsDown(after.Status))
        {
            return [];
        }

        // Between kinds of being down only the way into failure is news, and another failed start.
        if (IsAbnormal(after.Status))
        {
            return !IsAbnormal(before.Status) || another ? [Crashed] : [];
        }

        return !IsDown(before.Status) || another ? [Stopped] : [];
    }

    private static IEnumerable<string> OfHealth(AgentRecord? before, AgentRecord after)
    {
        if (after.Health == AgentHealth.Unhealthy && before?.Health != AgentHealth.Unhealthy)
        {
            yield return Unhealthy;
        }
        else if (after.Health == AgentHealth.Healthy && before?.Health == AgentHealth.Unhealthy)
        {
            yield return Healthy;
        }
    }

    private static bool Runs(AgentRecord agent) => agent.Status == AgentStatus.Running;

    private static bool IsDown(AgentStatus status) => IsAbnormal(status) || status is AgentStatus.Stopped or AgentStatus.Exited;

    private static bool IsAbnormal(AgentStatus status) => status is AgentStatus.Backoff or AgentStatus.CrashLoop or AgentStatus.Failed;
}
