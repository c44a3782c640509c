using System.Globalization;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>Routes, limits, tokens, lists and cross-origin headers of security-limits.jsonl: what needs no other application.</summary>
internal sealed class ServerPart : IReplayPart
{
    private const string State = """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: st }
        spec: { type: state.in-memory, version: v1, metadata: [] }
        """;

    // By the name that the recorder gave each: flags and environment.
    private static readonly Dictionary<string, (string[] Args, (string, string)[] Environment)> Named = new(StringComparer.Ordinal)
    {
        ["srv"] = ([], []),
        ["hdr"] = ([], []),
        ["srv2"] = (["--allowed-origins", "http://a.example,http://b.example", "--read-buffer-size", "16Ki", "--max-body-size", "1Mi"], [("DAPR_HTTP_DISABLE_H2C", "true"), ("DAPR_API_TOKEN", "tok")]),
        ["srv3"] = (["--allowed-origins", "*"], []),
        ["caller"] = ([], [("DAPR_API_TOKEN", "secret")]),
        ["lst1"] = ([], []),
        ["lst2"] = ([], []),
        ["lst3"] = ([], []),
    };

    public bool Takes(RecordedCase recorded) =>
        recorded.File == "security-limits"
        && recorded.Name.Split('/')[0] is "server" or "cors" or "token" or "api-list"
        && recorded.Steps.All(s => s["on"]?.GetValue<string>() is { } on && Named.ContainsKey(on.Split('-')[0]) && s["do"]!.GetValue<string>() is "http" or "grpc")
        && recorded.Name is not ("server/grpc/http1" or "server/h2c-upgrade")
        && !recorded.Steps.Any(HasTwice)
        && !recorded.Steps.Any(s => s.ToJsonString() is var text && (text.Contains("gcallee", StringComparison.Ordinal) || text.Contains("/callee/", StringComparison.Ordinal) || text.Contains("\"callee\"", StringComparison.Ordinal)));

    /// <summary>HttpClient joins values of one name into one header.</summary>
    private static bool HasTwice(System.Text.Json.Nodes.JsonObject step) =>
        (step["request"]?["headers"] ?? step["metadata"])?.AsObject().Any(h => h.Value is System.Text.Json.Nodes.JsonArray) == true;

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        var running = new Dictionary<string, ReplaySidecar>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, (args, environment)) in Named)
            {
                var publicPort = TestPorts.Next();
                var setup = new SidecarSetup(name, folder.Path)
                {
                    Resources = new Dictionary<string, string> { ["st"] = State },
                    Args = name == "srv2" ? [.. args, "--dapr-public-port", publicPort.ToString(CultureInfo.InvariantCulture)] : args,
                    Environment = environment.ToDictionary(e => e.Item1, e => e.Item2, StringComparer.Ordinal),
                    Config = cases.FirstOrDefault(c => c.Setup["config"] is not null && c.Steps[0]["on"]!.GetValue<string>() == name) is { } listed
                        ? $"apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {{ name: c }}\nspec:\n  api:\n{listed.Setup["config"]!.GetValue<string>()["spec.api:\n".Length..]}"
                        : null,
                };
                running[name] = await ReplaySidecar.StartAsync(setup, cancellationToken);
                running[name + "-public"] = running[name].Behind(publicPort);
            }

            var replayer = new Replayer(on => running[on]);
            foreach (var one in cases)
            {
                told(one, await replayer.PlayAsync(one, cancellationToken));
            }
        }
        finally
        {
            foreach (var name in Named.Keys.Where(running.ContainsKey))
            {
                await running[name].DisposeAsync();
            }
        }
    }
}
