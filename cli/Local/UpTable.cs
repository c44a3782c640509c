using System.Globalization;
using System.Text.Json;
using OpsMesh.Cli.Local.Stores;
using OpsMesh.Cli.Topology;
using Spectre.Console;

namespace OpsMesh.Cli.Local;

/// <summary>What runs where, once all of it does.</summary>
internal static class UpTable
{
    public static void Print(IAnsiConsole console, IReadOnlyCollection<ChildProcess> children, IReadOnlyDictionary<string, List<JsonElement>> agents)
    {
        var table = new Table().RoundedBorder().AddColumns("process", "pid", "listens on", "what it is");
        var sidecar = SidecarPorts(children.Select(c => c.Plan.Service.Dapr).OfType<TyeDapr>().SelectMany(d => (int[])[d.HttpPort, d.GrpcPort]));
        foreach (var child in children)
        {
            table.AddRow(child.Plan.Name, Number(child.Pid), child.Plan.Service is { Kind: ProcessKind.Sidecar, Ports.Count: 0 } ? sidecar : Ports(child.Plan.Service), Markup.Escape(What(child.Plan)));
            foreach (var agent in child.Plan.NodeId is { } id && agents.TryGetValue(id, out var list) ? list : [])
            {
                var port = agent.Text("id") == "game" && child.Plan.Service.Ports.TryGetValue("game", out var game) ? Number(game) : "";
                table.AddRow("  " + Markup.Escape(agent.Text("id")), agent.Text("pid"), port, Markup.Escape($"{agent.Text("type")}, supervised by {child.Plan.Name}"));
            }
        }

        console.Write(table);
    }

    /// <summary>It listens for each application on ports of that application's own; the run files name them.</summary>
    public static string SidecarPorts(IEnumerable<int> ports)
    {
        int[] sorted = [.. ports.Order()];
        return sorted.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"dapr {sorted[0]} to {sorted[^1]}");
    }

    private static string What(ProcessPlan plan) => plan.Service.Kind switch
    {
        ProcessKind.Store => plan.Name == PostgresServer.Name ? "PostgreSQL: state" : "Redis: events",
        ProcessKind.Sidecar when plan.Service.Ports.Count > 0 => "Dapr API for one of them",
        ProcessKind.Sidecar => "Dapr API for all of them",
        ProcessKind.Service => "service",
        ProcessKind.Console => "REST and page",
        ProcessKind.Node => "daemon of node " + plan.NodeId,
        _ => "prints the events of the mesh",
    };

    private static string Ports(TyeService service) =>
        string.Join(", ", service.Ports.Where(p => p.Key != "game").Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value}")));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
