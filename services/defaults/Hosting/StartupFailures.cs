using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace OpsMesh.Hosting;

/// <summary>Turns a refused start into one line on stderr and an exit code, instead of a stack trace and SIGABRT.</summary>
public static class StartupFailures
{
    private static string? _process;

    /// <summary>From here on an expected failure that leaves Main ends the process with its exit code.</summary>
    public static void Report(string process)
    {
        if (Interlocked.Exchange(ref _process, process) is null)
        {
            AppDomain.CurrentDomain.UnhandledException += (_, e) => Exit((Exception)e.ExceptionObject);
        }
    }

    /// <returns>Null when the exception is a bug, which keeps its stack trace.</returns>
    public static (int ExitCode, string Message)? Describe(Exception exception) => exception switch
    {
        StartupException refused => (refused.ExitCode, refused.Message),
        OptionsValidationException options => (ExitCodes.Configuration, options.Message),
        IOException { InnerException: AddressInUseException } taken => (ExitCodes.PortTaken, taken.Message),
        AggregateException { InnerExceptions: [var only] } => Describe(only),
        _ => null,
    };

    private static void Exit(Exception exception)
    {
        if (Describe(exception) is var (code, message))
        {
            Console.Error.WriteLine($"{_process}: {message}");
            Environment.Exit(code);
        }
    }
}
