using System.CommandLine;
using System.Text.Json.Nodes;

namespace OpsMesh.Cli.Remote;

/// <summary>start, stop, restart and kill of one agent.</summary>
internal static class OperateCommand
{
    private const string Pending = "PENDING";

    /// <summary>A healthy node answers faster than this.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

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
                parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken),
            options.Node,
            options.Agent);
    });

    /// <returns>0 when it was done, 1 when the node carried it out and it did not work, 9 when it is not done yet.</returns>
    internal static async Task<int> RunAsync(
        ConsoleClient client, string operation, string node, string agent, bool json, TextWriter output, TextWriter notes, CancellationToken cancellationToken)
    {
        var key = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        var path = $"/nodes/{Uri.EscapeDataString(node)}/agents/{Uri.EscapeDataString(agent)}:{operation}";
        var asked = client.PostAsync(path, new JsonObject { ["idempotency_key"] = key }, cancellationToken);
        if (await Task.WhenAny(asked, Task.Delay(Quiet, TimeProvider.System, cancellationToken)) != asked)
        {
            await notes.WriteLineAsync($"waiting for node {VisibleText.Of(node)} to answer, 25 s at most");
        }

        var answer = await asked;
        if (json)
        {
            output.WriteJson(answer);
        }
        else
        {
            var message = answer.Text("message") is { Length: > 0 } text ? $": {VisibleText.Of(text)}" : "";
            await output.WriteLineAsync($"{answer.Text("outcome")}{message}  (command {answer.Text("command_id")})");
        }

        if (answer.Text("outcome") == Pending)
        {
            await notes.WriteLineAsync($"The node has it to do, or gets it once it can be reached: opsmesh command {answer.Text("command_id")}");
            return ExitCodes.Pending;
        }

        return answer["success"]?.GetValue<bool>() == true ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
