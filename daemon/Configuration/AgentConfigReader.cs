using OpsMesh.Daemon.Supervision;
using OpsMesh.Yaml;

namespace OpsMesh.Daemon.Configuration;

/// <summary>Reads the agents of daemon.yaml.</summary>
internal static class AgentConfigReader
{
    private const int MostAgents = 500;
    private static readonly TimeSpan LongestGrace = TimeSpan.FromHours(1);

    public static IReadOnlyList<AgentSpec> Read(YamlList? list)
    {
        var agents = new List<AgentSpec>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list ?? (IEnumerable<YamlNode>)[])
        {
            var map = item.AsMap();
            var agent = ReadOne(map);
            if (!known.Add(agent.Id))
            {
                throw map.Required("id").Error($"'{agent.Id}' is there twice");
            }

            agents.Add(agent);
        }

        return agents.Count <= MostAgents ? agents : throw list!.Error($"has more than {MostAgents} agents");
    }

    private static AgentSpec ReadOne(YamlMap map)
    {
        map.RejectUnknown("id", "type", "version", "command", "args", "env", "workdir", "autostart", "restart", "stop_grace");
        return new AgentSpec
        {
            Id = map.Required("id") is var id && Ids.IsName(id.AsString()) ? id.AsString() : throw id.Error($"must be {Ids.NameRule} and not tmp, alloc or con"),
            Type = map.Optional("type")?.AsString() ?? "",
            Version = map.Optional("version")?.AsString() ?? "",
            Command = Command(map.Required("command")),
            Arguments = [.. (map.Optional("args")?.AsList() ?? (IEnumerable<YamlNode>)[]).Select(Text)],
            Environment = EnvironmentOf(map.Optional("env")?.AsMap()),
            WorkingFolder = map.Optional("workdir") is { } folder ? DaemonConfigReader.Absolute(folder) : null,
            AutoStart = map.Optional("autostart")?.AsBool() ?? true,
            Restart = map.Optional("restart")?.AsOneOf("always", "on-failure", "never") switch
            {
                "never" => RestartMode.Never,
                "on-failure" => RestartMode.OnFailure,
                _ => RestartMode.Always,
            },
            StopGrace = map.Optional("stop_grace") is { } grace ? Grace(grace) : TimeSpan.FromSeconds(10),
        };
    }

    private static string Command(YamlNode node)
    {
        // env, which starts it, would take the first for an option and the second for a variable.
        var command = Text(node);
        return command.Length > 0 && command[0] != '-' && !command.Contains('=', StringComparison.Ordinal)
            ? command
            : throw node.Error("must be a program: not empty, no '-' at the start and no '=' in it");
    }

    private static Dictionary<string, string> EnvironmentOf(YamlMap? map)
    {
        foreach (var entry in map?.Entries ?? [])
        {
            if (entry.Key.Length == 0 || entry.Key.Contains('=', StringComparison.Ordinal) || entry.Key.Contains('\0', StringComparison.Ordinal))
            {
                throw entry.Value.Error("has a name that is no name of a variable");
            }

            _ = entry.Value.IsNull ? "" : Text(entry.Value);
        }

        return map?.AsStrings() ?? [];
    }

    private static string Text(YamlNode node) =>
        node.AsString() is var text && !text.Contains('\0', StringComparison.Ordinal) ? text : throw node.Error("must not hold NUL");

    private static TimeSpan Grace(YamlNode node) =>
        node.AsDuration() is var grace && grace >= TimeSpan.Zero && grace <= LongestGrace ? grace : throw node.Error("must be from 0s to 1h");
}
