using System.CommandLine;
using System.Globalization;

namespace OpsMesh.Cli.Remote;

internal static class LogsCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var options = new RemoteOptions();
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with each new line until Ctrl-C." };
        var lines = new Option<int>("--lines", "-n") { Description = "How many of the last lines; at most 1000.", DefaultValueFactory = _ => 100 };
        var contains = new Option<string?>("--contains") { Description = "Only lines with this text; filtered on the node." };
        var regex = new Option<string?>("--regex") { Description = "Only lines that match; filtered on the node." };
        var stderr = new Option<bool>("--stderr") { Description = "Standard error instead of standard output." };
        var times = new Option<bool>("--time", "-t") { Description = "Begin each line with its time." };
        return options.Command(
            "logs",
            "Prints or follows the output of an agent. Control characters are written out.",
            (client, parsed, cancellationToken) =>
            {
                var wish = new LogWish(
                    parsed.GetValue(options.Node)!, parsed.GetValue(options.Agent)!, parsed.GetValue(follow), parsed.GetValue(lines),
                    parsed.GetValue(contains), parsed.GetValue(regex), parsed.GetValue(stderr));
                var printer = new LogPrinter(
                    parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(options.Json), parsed.GetValue(times));
                return RunAsync(client, AgainAsync, wish, printer, TimeProvider.System, cancellationToken);

                // A new `up` has another token, and perhaps another port.
                async Task<ConsoleClient> AgainAsync() => new(await ConsoleAddress.FindAsync(parsed.GetValue(options.Data), cancellationToken));
            },
            options.Node,
            options.Agent,
            follow,
            lines,
            contains,
            regex,
            stderr,
            times);
    }

    /// <summary>One stream serves both: it ends after what there is unless it is followed. A followed one that breaks goes on where it broke.</summary>
    /// <param name="again">A client for another try.</param>
    internal static async Task<int> RunAsync(
        ConsoleClient client, Func<Task<ConsoleClient>> again, LogWish wish, LogPrinter printer, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (wish is { Contains: not null, Regex: not null })
        {
            throw new CliException(ExitCodes.BadConfiguration, "--contains and --regex exclude each other");
        }

        try
        {
            await PrintAsync(() => Task.FromResult(client), wish, printer, cancellationToken);
            while (wish.Follow)
            {
                await Task.Delay(Pause, clock, cancellationToken);
                await PrintAsync(again, wish with { Cursor = printer.Cursor }, printer, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (wish.Follow && cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how following ends.
        }

        return ExitCodes.Ok;
    }

    /// <exception cref="CliException">It was refused for good, or nobody follows it, or it never began.</exception>
    private static async Task PrintAsync(Func<Task<ConsoleClient>> connect, LogWish wish, LogPrinter printer, CancellationToken cancellationToken)
    {
        try
        {
            using var client = await connect();
            await foreach (var message in client.EventsAsync(wish.Path, cancellationToken))
            {
                printer.Print(message);
            }
        }
        catch (Exception broken) when (wish.Follow && printer.HasBegun && broken is CliException { IsTransient: true } or IOException or HttpRequestException)
        {
            printer.Broken(broken.Message);
        }
    }
}

/// <summary>Which lines are wanted.</summary>
internal sealed record LogWish(string Node, string Agent, bool Follow, int Lines, string? Contains, string? Regex, bool Stderr)
{
    /// <summary>Place to go on from; empty: begin with the last lines.</summary>
    public string Cursor { get; init; } = "";

    public string Path
    {
        get
        {
            static string Quote(string text) => Uri.EscapeDataString(text);
            var filter = Contains is not null ? $"&contains={Quote(Contains)}" : Regex is not null ? $"&regex={Quote(Regex)}" : "";
            var start = Cursor.Length > 0 ? $"cursor={Quote(Cursor)}" : string.Create(CultureInfo.InvariantCulture, $"tail={Lines}");
            var stream = Stderr ? "&stream=LOG_STREAM_STDERR" : "";
            return $"/nodes/{Quote(Node)}/agents/{Quote(Agent)}/logs:follow?{start}&follow={(Follow ? "true" : "false")}{filter}{stream}";
        }
    }
}
