using System.Globalization;
using System.Text.Json;

namespace OpsMesh.Cli.Local;

/// <summary>Waits, by the console's REST, until every local node is online and its agents have been started.</summary>
internal sealed class FleetWatch(MeshClient client, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <returns>The agents of each node, by node id.</returns>
    /// <exception cref="CliException">Not within the limit; says what was seen last.</exception>
    public async Task<Dictionary<string, List<JsonElement>>> WaitAsync(IReadOnlyCollection<string> nodeIds, TimeSpan limit, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            var (agents, missing) = await LookAsync(nodeIds, cancellationToken);
            if (missing is null)
            {
                return agents;
            }

            if (clock.GetElapsedTime(since) > limit)
            {
                throw new CliException(ExitCodes.ChildFailed, $"After {limit.TotalSeconds:0} s {missing}.");
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    /// <summary>
    /// One that was started before and stands still now was stopped on purpose, or its failure shows in the table. One that runs without a
    /// process is what an earlier run left in the inventory: its daemon has not reported yet.
    /// </summary>
    private static bool IsOnItsWay(JsonElement agent) => agent.Text("status") switch
    {
        "AGENT_STATUS_STARTING" => true,
        "AGENT_STATUS_RUNNING" => ProcessStamp.Of(int.Parse(agent.Text("pid"), CultureInfo.InvariantCulture)) is null,
        _ => agent.Text("generation") == "0",
    };

    private async Task<(Dictionary<string, List<JsonElement>> Agents, string? Missing)> LookAsync(IReadOnlyCollection<string> nodeIds, CancellationToken cancellationToken)
    {
        var agents = new Dictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        try
        {
            var nodes = (await client.GetAsync("nodes?page.size=1000", cancellationToken)).Items("nodes").ToDictionary(n => n.Text("node_id"), StringComparer.Ordinal);
            foreach (var id in nodeIds)
            {
                if (!nodes.TryGetValue(id, out var node) || node.Text("state") != "NODE_STATE_ONLINE")
                {
                    return (agents, $"node {id} is not online");
                }

                agents[id] = [.. (await client.GetAsync($"nodes/{id}/agents", cancellationToken)).Items("agents")];
                if (agents[id].Count == 0 || agents[id].Exists(IsOnItsWay))
                {
                    return (agents, $"not every agent of node {node.Text("hostname")} has been started: {string.Join(", ", agents[id].Where(IsOnItsWay).Select(a => a.Text("id")))}");
                }
            }

            return (agents, null);
        }
        catch (HttpRequestException notYet)
        {
            return (agents, notYet.Message);
        }
        catch (TaskCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            return (agents, $"the console does not answer: {late.Message}");
        }
    }
}
