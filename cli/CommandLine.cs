using System.CommandLine;
using System.Runtime.InteropServices;
using OpsMesh.Yaml;
using Spectre.Console;

namespace OpsMesh.Cli;

/// <summary>Runs the command that was typed. An expected failure is one line on standard error and an exit code, never a stack trace.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(Command root, string[] args)
    {
        // System.CommandLine waits inside its signal handler, so a second Ctrl-C would reach nobody.
        var settings = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        using var ending = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ending));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
        try
        {
            var parsed = root.Parse(args);
            var exitCode = await parsed.InvokeAsync(settings, ending.Token);
            return parsed.Errors.Count > 0 ? ExitCodes.BadConfiguration : exitCode;
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

    /// <summary>The first asks the command to end. One after that ends the process, unless the command has a better idea.</summary>
    private static void End(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel |= !ending.IsCancellationRequested;
        ending.Cancel();
    }

    private static void Say(string message) =>
        Local.Progress.Console(Console.Error, Console.IsErrorRedirected).MarkupLine("[red]error[/] " + Markup.Escape(message));
}
