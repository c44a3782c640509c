using System.Security.Cryptography;
using Google.Protobuf;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Supervision;

/// <summary>Agents as the mesh knows them.</summary>
internal static class AgentStates
{
    public static AgentState From(AgentSupervisor agent)
    {
        var record = agent.Record;
        var state = new AgentState
        {
            AgentId = agent.Spec.Id,
            Type = agent.Spec.Type,
            Status = record.Status,
            Pid = record.Process?.Pid ?? 0,
            Version = agent.Spec.Version,
            StartTime = record.StartedAt?.ToUnixTimeSeconds() ?? 0,
            RestartCount = record.RestartCount,
            LastHeartbeat = agent.SeenAt?.ToUnixTimeSeconds() ?? 0,
            Health = AgentHealth.None,
            Generation = record.Generation,
            Signal = record.Signal,
            Message = record.Message,
            ConfigHash = record.ConfigHash,
            Traceparent = record.Traceparent,
        };
        if (record.ExitCode is { } code)
        {
            state.ExitCode = code;
        }

        return state;
    }

    /// <summary>Whether anything but the time of the last look differs.</summary>
    public static bool SameAs(this AgentState state, AgentState other) => WithoutTimes(state).Equals(WithoutTimes(other));

    /// <summary>SHA-256 (hex) over all states, ordered by id, without the times of the last look and sync.</summary>
    public static string Digest(IEnumerable<AgentState> states)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var state in states.OrderBy(s => s.AgentId, StringComparer.Ordinal))
        {
            var bytes = WithoutTimes(state).ToByteArray();
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static AgentState WithoutTimes(AgentState state)
    {
        var bare = state.Clone();
        bare.LastHeartbeat = 0;
        bare.LastSyncTime = 0;
        return bare;
    }
}
