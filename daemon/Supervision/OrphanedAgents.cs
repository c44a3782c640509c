using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Supervision;

/// <summary>Programs of agents that the data folder knows. Without configuration nobody would ever stop them.</summary>
/// <param name="configured">Agents to leave alone; empty for none.</param>
internal sealed class OrphanedAgents(string agentsFolder, IEnumerable<string> configured, TimeProvider clock)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Stops what runs: SIGTERM, ten seconds, SIGKILL; and notes that it is not wanted.</summary>
    /// <returns>Ids of the agents whose programs were stopped.</returns>
    public async Task<IReadOnlyList<string>> StopAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(agentsFolder))
        {
            return [];
        }

        var known = configured.ToHashSet(StringComparer.Ordinal);
        var stops = Directory.EnumerateDirectories(agentsFolder)
            .Select(path => Path.GetFileName(path))
            .Where(id => !known.Contains(id))
            .Select(id => StopAsync(id, cancellationToken));
        return [.. (await Task.WhenAll(stops)).OfType<string>()];
    }

    private async Task<string?> StopAsync(string agentId, CancellationToken cancellationToken)
    {
        var folder = new AgentFolder(agentsFolder, agentId);
        if (folder.ReadRecord() is not { Process: { Pid: > 0 } identity } record)
        {
            return null;
        }

        var process = new SupervisedProcess(identity, folder, record.Generation, clock);
        if (!process.IsAlive)
        {
            return null;
        }

        process.Signal(Libc.SigTerm);
        await process.EndsWithinAsync(Grace, cancellationToken);
        process.KillAll();
        var end = await process.EndAsync(cancellationToken);
        folder.WriteRecord(record with
        {
            Status = AgentStatus.Stopped,
            Process = null,
            EndedAt = clock.GetUtcNow(),
            ExitCode = end.ExitCode,
            Signal = end.Signal,
            Message = end.Message,
        });
        return agentId;
    }
}
