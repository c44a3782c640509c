using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OpsMesh.Cli.Remote;

internal static class AgentsCommand
{
    public static Command Create()
    {
        var options = new RemoteOptions();
        return options.Command(
            "agents",
            "Lists the agents of a node.",
            (client, parsed, cancellationToken) => RunAsync(
                client, parsed.GetValue(options.Node)!, parsed.GetValue(options.Json), parsed.InvocationConfiguration.Output, TimeProvider.System, cancellationToken),
            options.Node);
    }

    internal static async Task<int> RunAsync(
        ConsoleClient client, string node, bool json, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var agents = await client.ListAsync($"/nodes/{Uri.EscapeDataString(node)}/agents", "agents", cancellationToken);
        if (json)
        {
            agents.ForEach(output.WriteJson);
            return ExitCodes.Ok;
        }

        if (agents.Count == 0)
        {
            await output.WriteLineAsync($"{VisibleText.Of(node)} has no agents.");
            return ExitCodes.Ok;
        }

        var table = new TextTable("AGENT", "STATUS", "TYPE", "PID", "RESTARTS", "UP", "MESSAGE");
        foreach (var agent in agents)
        {
            table.Add(
                agent.Text("id"), agent.Enum("status", "AGENT_STATUS_"), agent.Text("type"), agent.Text("pid") is "0" or "" ? "-" : agent.Text("pid"),
                agent.Text("restart_count"), Up(agent, clock.GetUtcNow()), agent.Text("message"));
        }

        table.Write(output);
        return ExitCodes.Ok;
    }

    private static string Up(JsonObject agent, DateTimeOffset now) =>
        agent.Text("pid") is not ("0" or "") && long.TryParse(agent.Text("start_time"), CultureInfo.InvariantCulture, out var started) && started > 0
            ? Words.Span(now - DateTimeOffset.FromUnixTimeSeconds(started))
            : "-";
}
