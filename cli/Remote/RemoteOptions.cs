using System.CommandLine;
using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Remote;

/// <summary>Options that every remote command has.</summary>
internal sealed class RemoteOptions
{
    public Option<bool> Json { get; } = new("--json") { Description = "Print the answer as JSON: one object a line." };

    public Option<string?> Data { get; } = LocalArguments.Data("Data folder of the local run. OPSMESH_URL and OPSMESH_TOKEN go before it.");

    public Argument<string> Node { get; } = new("NODE") { Description = "Hostname or id of a node." };

    public Argument<string> Agent { get; } = new("AGENT") { Description = "Id of an agent on that node." };

    /// <summary>A command with these options that runs against the console and turns its answer into an exit code.</summary>
    public Command Command(string name, string description, Func<ConsoleClient, ParseResult, CancellationToken, Task<int>> run, params Symbol[] more)
    {
        var command = new Command(name, description);
        foreach (var symbol in more)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else if (symbol is Option option)
            {
                command.Add(option);
            }
        }

        command.Add(Json);
        command.Add(Data);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new ConsoleClient(await ConsoleAddress.FindAsync(parsed.GetValue(Data), cancellationToken));
            return await run(client, parsed, cancellationToken);
        });
        return command;
    }
}
