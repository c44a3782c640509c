using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OpsMesh.Cli.Remote;

internal static class NodesCommand
{
    public static Command Create()
    {
        var options = new RemoteOptions();
        return options.Command("nodes", "Lists the nodes of the fleet with their state.", (client, parsed, cancellationToken) =>
            RunAsync(client, parsed.GetValue(options.Json), parsed.InvocationConfiguration.Output, TimeProvider.System, cancellationToken));
    }

    internal static async Task<int> RunAsync(ConsoleClient client, bool json, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var nodes = await client.ListAsync("/nodes", "nodes", cancellationToken);
        if (json)
        {
            nodes.ForEach(output.WriteJson);
            return ExitCodes.Ok;
        }

        if (nodes.Count == 0)
        {
            await output.WriteLineAsync("No nodes yet. A node appears once its daemon registers.");
            return ExitCodes.Ok;
        }

        var now = clock.GetUtcNow();
        var table = new TextTable("NODE", "STATE", "LABELS", "HEARTBEAT", "VERSION", "ID");
        foreach (var node in nodes.OrderBy(node => node.Text("hostname"), StringComparer.Ordinal))
        {
            var labels = (node["labels"] as JsonObject ?? []).Select(label => $"{label.Key}={label.Value}");
            table.Add(
                node.Text("hostname"), node.Enum("state", "NODE_STATE_"), string.Join(',', labels),
                Words.Ago(Time(node.Text("last_heartbeat")), now), node.Text("daemon_version"), node.Text("node_id"));
        }

        table.Write(output);
        return ExitCodes.Ok;
    }

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
