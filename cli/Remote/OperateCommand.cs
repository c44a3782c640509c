using System.CommandLine;
using System.Text.Json.Nodes;

namespace OpsMesh.Cli.Remote;

/// <summary>start, stop, restart and kill of one agent.</summary>
internal static class OperateCommand
{
    private static readonly (string Name, string Description)[] Operations =
    [
        ("restart", "Ends an agent's process, killing it after its grace, and starts a new one."),
        ("start", "Starts an agent."),
        ("stop", "Ends an agent's process, killing it after its grace; it stays stopped."),
        ("kill", "Kills an agent's process and all it started, at once."),
    ];

    public static IEnumerable<Command> CreateAll() => Operations.Select(operation =>
    {
        var options = new RemoteOptions();
        return options.Command(
            operation.Name,
            operation.Description,
            (client, parsed, cancellationToken) => RunAsync(
                client, operation.Name, parsed.GetValue(options.Node)!, parsed.GetValue(options.Agent)!, parsed.GetValue(options.Json),
                parsed.InvocationConfiguration.Output, cancellationToken),
            options.Node,
            options.Agent);
    });

    /// <returns>0 when it was done, 1 when the node carried it out and it did not work, or is not done yet.</returns>
    internal static async Task<int> RunAsync(
        ConsoleClient client, string operation, string node, string agent, bool json, TextWriter output, CancellationToken cancellationToken)
    {
        var key = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        var path = $"/nodes/{Uri.EscapeDataString(node)}/agents/{Uri.EscapeDataString(agent)}:{operation}";
        var answer = await client.PostAsync(path, new JsonObject { ["idempotency_key"] = key }, cancellationToken);
        var worked = answer["success"]?.GetValue<bool>() == true;
        if (json)
        {
            output.WriteJson(answer);
        }
        else
        {
            var message = answer.Text("message") is { Length: > 0 } text ? $": {VisibleText.Of(text)}" : "";
            await output.WriteLineAsync($"{answer.Text("outcome")}{message}  (command {answer.Text("command_id")})");
        }

        return worked ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
