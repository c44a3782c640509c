using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace OpsMesh.Cli.Local;

internal static class StatusCommand
{
    private const string Ready = "ready";
    private const string Gone = "gone";
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var data = LocalArguments.Data();
        var json = LocalArguments.Json();
        var command = new Command("status", "Shows the processes of a data folder and whether they are ready. Exit code 8: nothing runs; 6: a process of it is gone; 1: one is not ready.") { data, json };
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
                    Up = RunRecord.Up(layout)?.Pid,
                    Processes = lines.Select(l => new { l.Record.Name, l.Record.Kind, l.State, l.Record.Pid, l.Record.NodeId, l.Record.Ports, l.Record.StartedAt, l.Record.Log }),
                },
                PlainJson.Indented));
        }
        else
        {
            Print(layout, lines);
        }

        return lines switch
        {
            _ when lines.All(l => l.State == Gone) => ExitCodes.NotUp,
            _ when lines.Any(l => l.State == Gone) || RunRecord.Up(layout) is null => ExitCodes.ChildLost,
            _ => lines.All(l => l.State == Ready) ? ExitCodes.Ok : ExitCodes.Failed,
        };
    }

    private static async Task<string> StateAsync(RunRecord record, ReadyProbe probe, CancellationToken cancellationToken)
    {
        if (!record.IsAlive)
        {
            return Gone;
        }

        return record.ReadyUrl is { } url && await probe.IsReadyAsync(new Uri(url), cancellationToken) ? Ready : "not ready";
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
            var color = state switch { Ready => "green", Gone => "red", _ => "yellow" };
            var ports = record.Ports.Count > 0
                ? string.Join(", ", record.Ports.Where(p => !IsOfSidecar(p.Key)).Select(p => $"{p.Key} {p.Value}"))
                : UpTable.SidecarPorts(lines.SelectMany(l => l.Record.Ports).Where(p => IsOfSidecar(p.Key)).Select(p => p.Value));
            table.AddRow(record.Name, $"[{color}]{state}[/]", record.Pid.ToString(CultureInfo.InvariantCulture), ports, Markup.Escape(record.Log ?? ""));
        }

        console.Write(table);
        if (RunRecord.Up(layout) is null && lines.Any(l => l.State != Gone))
        {
            console.MarkupLine("`up` itself is gone, so nobody watches these processes; `opsmesh down` stops them.");
        }

        if (ConsoleFile.Read(layout) is { } page)
        {
            console.MarkupLine($"Console: {Markup.Escape(page.Url)}");
        }
    }

    private static bool IsOfSidecar(string port) => port.StartsWith("dapr-", StringComparison.Ordinal);
}
