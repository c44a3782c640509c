using System.Text.Json;
using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Smoke;

/// <summary>One restart through REST, and everything that has to come of it.</summary>
internal sealed class AgentSteps(SmokeMesh mesh, Poll poll)
{
    private const string Agent = "game";
    private static readonly string[] Services = ["console", "agent-command", "sidecar", "daemon", "subscriber-csharp"];

    private readonly string _nodeName = "node-1";
    private string _trace = "";
    private long _generation;

    private string Node => mesh.NodeIds.Of(_nodeName);

    public async Task<object> RestartAsync()
    {
        var before = await FindAsync();
        using var answer = await mesh.Client.SendAsync(HttpMethod.Post, $"nodes/{Node}/agents/{Agent}:restart", $$"""{"idempotency_key":"{{Guid.CreateVersion7(poll.Clock.GetUtcNow())}}"}""", poll.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(poll.CancellationToken);
        if (!answer.IsSuccessStatusCode || JsonElement.Parse(body).Text("outcome") != "DONE")
        {
            throw new SmokeException($"restart answered {(int)answer.StatusCode}: {body}");
        }

        _trace = answer.Headers.TryGetValues("opsmesh-trace", out var ids) ? ids.First() : "";
        JsonElement after = default;
        await poll.UntilAsync(async () =>
        {
            after = await FindAsync();
            var isNew = after.Text("status") == "AGENT_STATUS_RUNNING" && after.Number("pid") != before.Number("pid");
            return isNew && after.Number("restart_count") == before.Number("restart_count") + 1 ? "" : $"the agent is {after}";
        });
        _generation = after.Number("generation");
        if (ProcessStamp.Of((int)after.Number("pid")) is null || ProcessStamp.Of((int)before.Number("pid")) is not null)
        {
            throw new SmokeException($"process {after.Number("pid")} should live and {before.Number("pid")} should not");
        }

        return new { pid_before = before.Number("pid"), pid_after = after.Number("pid"), restart_count = after.Number("restart_count"), trace = _trace };
    }

    public async Task<object> EventAsync()
    {
        var subscriber = mesh.Record("subscriber-csharp");
        JsonElement seen = default;
        await poll.UntilAsync(async () =>
        {
            var received = JsonElement.Parse(await mesh.Http.GetStringAsync(new Uri($"http://127.0.0.1:{subscriber.Ports["management"]}/received"), poll.CancellationToken));
            seen = received.Items("received").FirstOrDefault(IsOurs);
            return seen.ValueKind == JsonValueKind.Object ? "" : $"no started event of {Agent}, generation {_generation}, among {received.Items("received").Count()}";
        });
        return new { type = seen.Text("type"), id = seen.Text("id"), subscriber_pid = subscriber.Pid };
    }

    public async Task<object> TraceAsync()
    {
        List<(string Service, long Pid)> processes = [];
        var spans = 0;
        await poll.UntilAsync(async () =>
        {
            var found = (await mesh.Client.GetAsync($"traces/{_trace}", poll.CancellationToken)).Items("spans").ToList();
            spans = found.Count;
            processes = [.. found.Select(s => (s.Text("service"), s.Number("pid"))).Distinct().OrderBy(p => p.Item1, StringComparer.Ordinal)];
            var missing = Services.Except(processes.Where(p => p.Pid > 0).Select(p => p.Service), StringComparer.Ordinal).ToList();
            return missing.Count == 0 && processes.Select(p => p.Pid).Distinct().Count() >= Services.Length ? "" : $"the trace lacks spans of {string.Join(", ", missing)}; it has {string.Join(", ", processes)}";
        });
        return new { trace = _trace, spans, processes = processes.Select(p => $"{p.Service} {p.Pid}") };
    }

    private bool IsOurs(JsonElement received) =>
        received.Text("type") == "opsmesh.agent.started.v1" && received.Text("subject") == Agent && received.Text("partitionkey") == Node
        && received.TryGetProperty("data", out var data) && data.Number("generation") == _generation;

    private async Task<JsonElement> FindAsync()
    {
        var agents = await mesh.Client.GetAsync($"nodes/{Node}/agents", poll.CancellationToken);
        return agents.Items("agents").FirstOrDefault(a => a.Text("id") == Agent) is { ValueKind: JsonValueKind.Object } agent
            ? agent
            : throw new SmokeException($"node {_nodeName} has no agent {Agent}: {agents}");
    }
}
