using System.CommandLine;
using OpsMesh.Yaml;
using Spectre.Console;

namespace OpsMesh.Cli;

/// <summary>Runs the command that was typed. An expected failure is one line on standard error and an exit code, never a stack trace.</summary>
internal static class CommandLine
{
    /// <summary>`up` stops a whole mesh on Ctrl-C; System.CommandLine would give it two seconds.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(90);

    public static async Task<int> RunAsync(Command root, string[] args)
    {
        var settings = new InvocationConfiguration { ProcessTerminationTimeout = StopLimit, EnableDefaultExceptionHandler = false };
        try
        {
            return await root.Parse(args).InvokeAsync(settings);
        }
        catch (CliException refused)
        {
            Say(refused.Message);
            return refused.ExitCode;
        }
        catch (YamlException bad)
        {
            Say(bad.Message);
            return ExitCodes.BadConfiguration;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            Say(failed.Message);
            return ExitCodes.Failed;
        }
    }

    private static void Say(string message) =>
        Local.Progress.Console(Console.Error, Console.IsErrorRedirected).MarkupLine("[red]error[/] " + Markup.Escape(message));
}
