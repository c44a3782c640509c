using System.Globalization;
using System.Text;
using System.Text.Json;
using OpsMesh.Cli.Topology;
using OpsMesh.Identity;

namespace OpsMesh.Cli.Local;

/// <summary>Writes a node's daemon.yaml. Every value is a JSON string, which is YAML too, so that no path can break it.</summary>
internal static class DaemonConfig
{
    public static string Render(TyeService node, IdentityFiles identity, string dataFolder, IEnumerable<TyeService> services, LocalOptions options)
    {
        var yaml = new StringBuilder("# Written by `opsmesh up` at each start.\n");
        yaml.Append(CultureInfo.InvariantCulture, $"node: {{hostname: {Text(node.Name)}, labels: {Labels(node)}, advertise: {Text($"127.0.0.1:{node.Ports["node"]}")}}}\n");
        yaml.Append(CultureInfo.InvariantCulture, $"data: {Text(dataFolder)}\n");
        yaml.Append("identity:\n");
        yaml.Append(CultureInfo.InvariantCulture, $"  certificate: {Text(identity.Certificate)}\n  key: {Text(identity.Key)}\n  roots: {Text(identity.Roots)}\n  trust_domain: {identity.TrustDomain}\n");
        yaml.Append("endpoints:\n");
        foreach (var service in services)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  {service.Name}: {Text($"https://127.0.0.1:{service.Ports["node"]}")}\n");
        }

        yaml.Append(CultureInfo.InvariantCulture, $"ports: {{node: {node.Ports["node"]}, app: {node.Ports["app"]}, management: {node.Ports["management"]}}}\n");
        yaml.Append(CultureInfo.InvariantCulture, $"metrics: {{interval: {options.MetricsInterval.TotalSeconds}s}}\n");
        return yaml.Append(Agents(node)).ToString();
    }

    private static string Labels(TyeService node) =>
        "{" + string.Join(", ", node.Configuration.Where(c => c.Key != "agents").Select(c => $"{c.Key}: {Text(c.Value)}")) + "}";

    private static string Agents(TyeService node)
    {
        if (!node.Configuration.TryGetValue("agents", out var template))
        {
            return "agents: []\n";
        }

        return File.ReadAllText(Path.Combine(Repository.Root, template))
            .Replace("\"{dotnet}\"", Text(DotnetHost.Path), StringComparison.Ordinal)
            .Replace("\"{game-server}\"", Text(Repository.Assembly("OpsMesh.Samples.GameServer")), StringComparison.Ordinal)
            .Replace("\"{game-port}\"", Text(node.Ports["game"].ToString(CultureInfo.InvariantCulture)), StringComparison.Ordinal);
    }

    private static string Text(string value) => JsonSerializer.Serialize(value, PlainJson.Options);
}
