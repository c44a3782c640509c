using OpsMesh.Contracts.Common.V1;
using OpsMesh.Yaml;

namespace OpsMesh.Daemon.Commands;

/// <summary>What this node refuses whoever asks. Only a file on the node says so; no remote call changes it.</summary>
/// <param name="Operations">Operations that nobody may order.</param>
/// <param name="Agents">Agents that nobody may operate.</param>
internal sealed record LocalPolicy(IReadOnlySet<string> Operations, IReadOnlySet<string> Agents)
{
    public static LocalPolicy None { get; } = new(new HashSet<string>(), new HashSet<string>());

    /// <exception cref="YamlException">The content is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LocalPolicy Read(string file)
    {
        var root = YamlDocument.Parse(File.ReadAllText(file), file).AsMap();
        root.RejectUnknown("deny");
        var deny = root.Optional("deny")?.AsMap();
        deny?.RejectUnknown("operations", "agents");
        return new LocalPolicy(
            (deny?.Optional("operations")?.AsList() ?? (IEnumerable<YamlNode>)[]).Select(o => o.AsOneOf("start", "stop", "restart", "kill")).ToHashSet(StringComparer.Ordinal),
            (deny?.Optional("agents")?.AsList() ?? (IEnumerable<YamlNode>)[]).Select(a => a.AsString()).ToHashSet(StringComparer.Ordinal));
    }

    /// <returns>Null when it does not object.</returns>
    public Failure? Check(CommandPayload payload) =>
        payload.Operate is { } operate && (Operations.Contains(operate.Operation) || Agents.Contains(operate.AgentId))
            ? new Failure(FailureKind.Denied, Reasons.LocalPolicy, "This node's own policy does not allow it.")
            : null;
}
