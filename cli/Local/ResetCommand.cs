using System.CommandLine;
using Spectre.Console;

namespace OpsMesh.Cli.Local;

internal static class ResetCommand
{
    public static Command Create()
    {
        var data = LocalArguments.Data();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("reset", "Stops the mesh and deletes its data folder: certificates, state, metrics, logs, node ids.") { data, yes };
        command.SetAction((parsed, cancellationToken) => RunAsync(MeshLayout.At(parsed.GetValue(data)), parsed.GetValue(yes), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(MeshLayout layout, bool yes, CancellationToken cancellationToken)
    {
        var console = Progress.Console();
        if (!Directory.Exists(layout.Root))
        {
            console.MarkupLine($"There is nothing in {Markup.Escape(layout.Root)}.");
            return ExitCodes.Ok;
        }

        // Whatever --data names is deleted whole: only a folder that `up` made may be.
        if (!Directory.Exists(layout.Run) || !Directory.Exists(layout.Ca))
        {
            throw new CliException(ExitCodes.BadConfiguration, $"{layout.Root} is not a data folder of `opsmesh up`; nothing was deleted.");
        }

        if (!yes && (Console.IsInputRedirected || !await AskAsync(console, layout, cancellationToken)))
        {
            throw new CliException(ExitCodes.Failed, "Nothing was deleted. Without a terminal, --yes is needed.");
        }

        await DownCommand.RunAsync(layout, TimeProvider.System, cancellationToken);
        Directory.Delete(layout.Root, recursive: true);
        console.MarkupLine($"Deleted {Markup.Escape(layout.Root)}.");
        return ExitCodes.Ok;
    }

    private static Task<bool> AskAsync(IAnsiConsole console, MeshLayout layout, CancellationToken cancellationToken) =>
        new ConfirmationPrompt($"Delete {Markup.Escape(layout.Root)} and everything in it?") { DefaultValue = false }.ShowAsync(console, cancellationToken);
}
