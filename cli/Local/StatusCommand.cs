using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace OpsMesh.Cli.Local;

internal static class StatusCommand
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var data = LocalArguments.Data();
        var json = LocalArguments.Json();
        var command = new Command("status", "Shows the processes of a data folder and whether they are ready. Exit code 8: nothing runs.") { data, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(MeshLayout.At(parsed.GetValue(data)), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(MeshLayout layout, bool json, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = ProbeLimit };
        var probe = new ReadyProbe(http, TimeProvider.System);
        var lines = await Task.WhenAll(RunRecord.All(layout).Select(async r => (Record: r, State: await StateAsync(r, probe, cancellationToken))));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    Data = layout.Root,
                    ConsoleFile.Read(layout)?.Url,
                    Processes = lines.Select(l => new { l.Record.Name, l.Record.Kind, l.State, l.Record.Pid, l.Record.NodeId, l.Record.Ports, l.Record.StartedAt, l.Record.Log }),
                },
                PlainJson.Indented));
        }
        else
        {
            Print(layout, lines);
        }

        return lines.Any(l => l.State != "gone") ? ExitCodes.Ok : ExitCodes.NotUp;
    }

    private static async Task<string> StateAsync(RunRecord record, ReadyProbe probe, CancellationToken cancellationToken)
    {
        if (!record.IsAlive)
        {
            return "gone";
        }

        return record.ReadyUrl is { } url && await probe.IsReadyAsync(new Uri(url), cancellationToken) ? "ready" : "not ready";
    }

    private static void Print(MeshLayout layout, (RunRecord Record, string State)[] lines)
    {
        var console = Progress.Console();
        if (lines.Length == 0)
        {
            console.MarkupLine($"Nothing runs in {Markup.Escape(layout.Root)}.");
            return;
        }

        var table = new Table().RoundedBorder().AddColumns("process", "state", "pid", "listens on", "log");
        foreach (var (record, state) in lines)
        {
            var color = state switch { "ready" => "green", "gone" => "red", _ => "yellow" };
            var ports = string.Join(", ", record.Ports.Where(p => !p.Key.StartsWith("dapr", StringComparison.Ordinal)).Select(p => $"{p.Key} {p.Value}"));
            table.AddRow(record.Name, $"[{color}]{state}[/]", record.Pid.ToString(CultureInfo.InvariantCulture), ports, Markup.Escape(record.Log ?? ""));
        }

        console.Write(table);
        if (ConsoleFile.Read(layout) is { } page)
        {
            console.MarkupLine($"Console: {Markup.Escape(page.Url)}");
        }
    }
}
