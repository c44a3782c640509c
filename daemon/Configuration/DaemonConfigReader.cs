using System.Net;
using System.Text;
using OpsMesh.Identity;
using OpsMesh.Yaml;

namespace OpsMesh.Daemon.Configuration;

/// <summary>Reads daemon.yaml. What is wrong is told with file, line and key.</summary>
internal static class DaemonConfigReader
{
    private const int MostLabels = 32;
    private const int LongestLabelBytes = 128;
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(10);
    private static readonly string[] Services = ["registry", "telemetry-ingest", "agent-command", "log-streaming"];

    /// <exception cref="YamlException">The content is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DaemonConfig Read(string file) => Parse(File.ReadAllText(file), file);

    /// <exception cref="YamlException">The content is wrong.</exception>
    public static DaemonConfig Parse(string text, string file)
    {
        var root = YamlDocument.Parse(text, file).AsMap();
        root.RejectUnknown("node", "data", "identity", "endpoints", "ports", "metrics", "agents", "dev", "policy");
        var node = root.Required("node").AsMap();
        node.RejectUnknown("hostname", "labels", "advertise");
        var advertise = Advertise(node.Optional("advertise"));
        return new DaemonConfig
        {
            Hostname = Hostname(node.Optional("hostname")),
            Labels = Labels(node.Optional("labels")?.AsMap()),
            Advertise = advertise,
            DataFolder = Absolute(root.Required("data")),
            Identity = Identity(root.Required("identity").AsMap()),
            Endpoints = Endpoints(root.Optional("endpoints")?.AsMap()),
            Ports = Ports(root.Required("ports").AsMap(), advertise),
            MetricsInterval = Interval(root.Optional("metrics")?.AsMap()),
            Agents = AgentConfigReader.Read(root.Optional("agents")?.AsList()),
            Dev = root.Optional("dev")?.AsBool() ?? false,
            PolicyFile = root.Optional("policy") is { } policy ? Absolute(policy) : null,
        };
    }

    internal static string Absolute(YamlNode node) =>
        node.AsString() is var path && Path.IsPathFullyQualified(path) && !path.Contains('\0', StringComparison.Ordinal)
            ? path
            : throw node.Error("must be an absolute path");

    private static string Hostname(YamlNode? node)
    {
        var name = node?.AsString() ?? Environment.MachineName;
        return name.Length is > 0 and <= 253 && !name.Any(char.IsControl) ? name : throw node!.Error("must be a host name");
    }

    private static Dictionary<string, string> Labels(YamlMap? map)
    {
        if (map is null)
        {
            return [];
        }

        if (map.Entries.Count > MostLabels)
        {
            throw map.Error($"has more than {MostLabels} labels");
        }

        foreach (var entry in map.Entries)
        {
            if (!Ids.IsName(entry.Key))
            {
                throw entry.Value.Error($"has a key that is not {Ids.NameRule}");
            }

            if (!entry.Value.IsNull && Encoding.UTF8.GetByteCount(entry.Value.AsString()) > LongestLabelBytes)
            {
                throw entry.Value.Error($"is longer than {LongestLabelBytes} bytes");
            }
        }

        return map.AsStrings();
    }

    private static string Advertise(YamlNode? node)
    {
        if (node is null)
        {
            return "";
        }

        var text = node.AsString();
        return Uri.TryCreate($"https://{text}", UriKind.Absolute, out var uri) && uri.Authority == text && uri.Port > 0
            ? text
            : throw node.Error("must be host:port");
    }

    private static IdentityFiles Identity(YamlMap map)
    {
        map.RejectUnknown("certificate", "key", "roots", "trust_domain");
        return new IdentityFiles(
            Absolute(map.Required("certificate")),
            Absolute(map.Required("key")),
            Absolute(map.Required("roots")),
            map.Optional("trust_domain")?.AsString() ?? IdentityFiles.DefaultTrustDomain);
    }

    private static Dictionary<string, Uri> Endpoints(YamlMap? map)
    {
        map?.RejectUnknown(Services);
        return (map?.Entries ?? []).Where(entry => !entry.Value.IsNull).ToDictionary(entry => entry.Key, entry => Endpoint(entry.Value), StringComparer.Ordinal);
    }

    private static Uri Endpoint(YamlNode node) =>
        Uri.TryCreate(node.AsString(), UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.PathAndQuery == "/"
            ? uri
            : throw node.Error("must be an URL https://host:port");

    private static DaemonPorts Ports(YamlMap map, string advertise)
    {
        map.RejectUnknown("node", "app", "management");
        var host = advertise.Length > 0 ? new Uri($"https://{advertise}").Host : "";
        var isLocal = host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        return new DaemonPorts(
            map.Required("node").AsInt(0, ushort.MaxValue),
            isLocal ? IPAddress.Loopback : IPAddress.IPv6Any,
            map.Optional("app")?.AsInt(0, ushort.MaxValue),
            map.Optional("management")?.AsInt(0, ushort.MaxValue));
    }

    private static TimeSpan Interval(YamlMap? map)
    {
        map?.RejectUnknown("interval");
        return map?.Optional("interval") is not { } node ? DefaultInterval
            : node.AsDuration() is var interval && interval >= TimeSpan.FromSeconds(1) && interval <= TimeSpan.FromHours(1) ? interval
            : throw node.Error("must be from 1s to 1h");
    }
}
