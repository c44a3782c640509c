using System.CommandLine;
using System.Text.Json.Nodes;

namespace OpsMesh.Cli.Remote;

/// <summary>What became of a command, also days after the call that asked for it.</summary>
internal static class CommandCommand
{
    public static Command Create()
    {
        var options = new RemoteOptions();
        var id = new Argument<string>("COMMAND") { Description = "Id that restart, start, stop or kill printed." };
        return options.Command(
            "command",
            "Shows what became of a command.",
            (client, parsed, cancellationToken) => RunAsync(
                client, parsed.GetValue(id)!, parsed.GetValue(options.Json), parsed.InvocationConfiguration.Output, cancellationToken),
            id);
    }

    internal static async Task<int> RunAsync(ConsoleClient client, string id, bool json, TextWriter output, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync($"/commands/{Uri.EscapeDataString(id)}", cancellationToken);
        var command = answer["command"] as JsonObject ?? [];
        if (json)
        {
            output.WriteJson(command);
            return ExitCodes.Ok;
        }

        var progress = command["progress"] as JsonObject ?? [];
        var table = new TextTable("COMMAND", "STATE", "OUTCOME", "OPERATION", "AGENT", "NODE", "ACCEPTED", "BY", "MESSAGE");
        table.Add(
            command.Text("command_id"), progress.Enum("state", "COMMAND_STATE_"), progress.Text("outcome"), command.Text("operation"), command.Text("agent_id"),
            command.Text("node_id"), command.Text("accepted_at"), command.Text("principal"), progress.Text("message"));
        table.Write(output);
        return ExitCodes.Ok;
    }
}
