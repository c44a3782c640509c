using OpsMesh.Yaml;

namespace OpsMesh.Cli.Topology;

/// <summary>Reads the part of Tye's layout that a local run needs; anything else is refused by its line.</summary>
internal sealed class TyeReader(int portBase)
{
    private const int LargestOffset = 900;

    private readonly Dictionary<int, YamlNode> _ports = [];
    private readonly Dictionary<string, TyeDapr> _dapr = new(StringComparer.Ordinal);

    /// <param name="file">Path of tye.yaml.</param>
    /// <param name="portBase">First port of the block.</param>
    /// <exception cref="YamlException">Names file, line and key.</exception>
    public static TyeTopology Read(string file, int portBase)
    {
        if (portBase is < 1024 or > ushort.MaxValue - LargestOffset)
        {
            throw new CliException(ExitCodes.BadConfiguration, $"--port-base must be from 1024 to {ushort.MaxValue - LargestOffset}.");
        }

        return new TyeReader(portBase).Read(YamlDocument.Parse(File.ReadAllText(file), Path.GetFileName(file)).AsMap());
    }

    private TyeTopology Read(YamlMap root)
    {
        root.RejectUnknown("name", "extensions", "services");
        var components = ReadExtensions(root.Required("extensions").AsList());
        var list = root.Required("services").AsList();
        var services = list.Select(s => ReadService(s.AsMap())).OrderBy(s => s.Kind).ToList();
        foreach (var kind in (ProcessKind[])[ProcessKind.Sidecar, ProcessKind.Console])
        {
            if (services.Count(s => s.Kind == kind) != 1)
            {
                throw list.Error($"must name one process tagged {Tag(kind)}");
            }
        }

        if (services.CountBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(n => n.Value > 1) is { Key: { } twice })
        {
            throw list.Error($"names '{twice}' twice");
        }

        return new TyeTopology(root.Required("name").AsString(), components, services);
    }

    private string ReadExtensions(YamlList extensions)
    {
        string? components = null;
        foreach (var extension in extensions.Select(e => e.AsMap()))
        {
            extension.Required("name").AsOneOf("dapr");
            extension.RejectUnknown("name", "components-path", "services");
            components = extension.Required("components-path").AsString();
            foreach (var (name, _, _, value) in extension.Required("services").AsMap().Entries)
            {
                _dapr[name] = ReadDapr(value.AsMap());
            }
        }

        return components ?? throw extensions.Error("must hold the extension dapr");
    }

    private TyeDapr ReadDapr(YamlMap map)
    {
        map.RejectUnknown("app-protocol", "http-port", "grpc-port", "internal-port", "metrics-port");
        return new TyeDapr(
            map.Required("app-protocol").AsOneOf("grpc", "http"),
            Port(map.Required("http-port")),
            Port(map.Required("grpc-port")),
            Port(map.Required("internal-port")),
            Port(map.Required("metrics-port")));
    }

    private TyeService ReadService(YamlMap map)
    {
        map.RejectUnknown("name", "project", "tags", "replicas", "env", "configuration", "bindings");
        if (map.Optional("replicas") is { } replicas && replicas.AsInt() != 1)
        {
            throw replicas.Error("must be 1: in-memory pub/sub reaches one replica");
        }

        var name = map.Required("name").AsString();
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var binding in Items(map, "bindings"))
        {
            binding.RejectUnknown("name", "protocol", "port");
            binding.Optional("protocol")?.AsOneOf("http", "https", "tcp");
            var bindingName = binding.Required("name");
            if (!ports.TryAdd(bindingName.AsOneOf("app", "node", "management", "page", "game"), Port(binding.Required("port"))))
            {
                throw bindingName.Error("is there twice");
            }
        }

        return new TyeService(
            name, map.Required("project").AsString(), ReadKind(map.Required("tags")), ports, Pairs(map, "env"), Pairs(map, "configuration"), _dapr.GetValueOrDefault(name));
    }

    private static ProcessKind ReadKind(YamlNode tags)
    {
        var list = tags.AsList();
        var tag = list.Count == 1 ? list[0] : throw list.Error("must hold one tag");
        var kinds = Enum.GetValues<ProcessKind>().Where(k => k != ProcessKind.Store).ToList();
        return kinds.First(k => Tag(k) == tag.AsOneOf([.. kinds.Select(Tag)]));
    }

    private static string Tag(ProcessKind kind) => kind.ToString().ToLowerInvariant();

    private static Dictionary<string, string> Pairs(YamlMap map, string key)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in Items(map, key))
        {
            pair.RejectUnknown("name", "value");
            pairs[pair.Required("name").AsString()] = pair.Required("value").AsString();
        }

        return pairs;
    }

    private static IEnumerable<YamlMap> Items(YamlMap map, string key) => map.Optional(key)?.AsList().Select(i => i.AsMap()) ?? [];

    private int Port(YamlNode node)
    {
        var written = node.AsInt(TyeTopology.DefaultPortBase, TyeTopology.DefaultPortBase + LargestOffset);
        if (!_ports.TryAdd(written, node))
        {
            throw node.Error($"port {written} is already used in line {_ports[written].Line}");
        }

        return written - TyeTopology.DefaultPortBase + portBase;
    }
}
