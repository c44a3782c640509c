extern alias sidecar;

using OpsMesh.Yaml;
using sidecar::OpsMesh.Sidecar.Hosting;
using sidecar::OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.Tests.Hosting;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sidecar-resources-").FullName;

    [Fact]
    public void DaprdsFlags_DescribeOneApplication()
    {
        var plan = CommandLine.Read(
            ["--app-id", "a", "--app-port=5000", "-app-protocol", "grpc", "--dapr-http-port", "3501", "--log-level", "debug", "--enable-metrics=false"],
            name => name == "APP_API_TOKEN" ? "t" : null);

        var app = Assert.Single(plan!.Apps);
        Assert.Equal(("a", 5000, AppProtocol.Grpc, 3501, 50001, "t"), (app.AppId, app.AppPort, app.Protocol, app.HttpPort, app.GrpcPort, app.AppApiToken));
    }

    [Fact]
    public void Help_IsNoPlan() => Assert.Null(CommandLine.Read(["--help"], _ => null));

    [Theory]
    [InlineData("--app-id or --topology is required", "--app-port", "1")]
    [InlineData("--app-port: must be a port, not 'x'", "--app-id", "a", "--app-port", "x")]
    [InlineData("--colour: unknown flag", "--app-id", "a", "--colour", "red")]
    [InlineData("loopback", "--app-id", "a", "--dapr-listen-addresses", "0.0.0.0")]
    [InlineData("is the same as", "--app-id", "a", "--dapr-http-port", "4000", "--dapr-grpc-port", "4000")]
    public void WrongFlags_AreNamed(string message, params string[] args) =>
        Assert.Contains(message, Assert.Throws<PlanException>(() => CommandLine.Read(args, _ => null)).Message, StringComparison.Ordinal);

    [Fact]
    public void Topology_WithAnUnknownMember_NamesFileAndPlace()
    {
        var file = Path.Combine(_folder, "topology.json");
        File.WriteAllText(file, """{"apps":[{"app_id":"a","http_prot":1}]}""");

        var message = Assert.Throws<PlanException>(() => TopologyFile.Read(file)).Message;

        Assert.StartsWith($"{file}:1:", message, StringComparison.Ordinal);
        Assert.Contains("http_prot", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind: Componnent", "kind")]
    [InlineData("spec: { type: state.in-memory, version: v1, metdata: [] }", "spec.metdata")]
    [InlineData("spec: { type: state.in-memory }", "spec.version")]
    public void BadComponent_NamesFileLineAndField(string line, string field)
    {
        var file = Path.Combine(_folder, "bad.yaml");
        var lines = new List<string> { "apiVersion: dapr.io/v1alpha1", "kind: Component", "metadata: { name: x }", "spec: { type: state.in-memory, version: v1 }" };
        lines[lines.FindIndex(l => l.Split(':')[0] == line.Split(':')[0])] = line;
        File.WriteAllLines(file, lines);

        var message = Assert.Throws<YamlException>(() => ResourceLoader.Load([_folder], new ComponentValues(null, _ => null))).Message;

        Assert.StartsWith(file + ":", message, StringComparison.Ordinal);
        Assert.Contains(field, message, StringComparison.Ordinal);
    }

    [Fact]
    public void LocalComponents_AreReadAndTheirDataFolderFilledIn()
    {
        var resources = ResourceLoader.Load([Path.Combine(Testing.RepositoryRoot.Find(), "components", "local")], new ComponentValues("/data", _ => null));

        Assert.Equal(["pubsub", "statestore"], resources.Components.Select(c => c.Name).Order());
        Assert.Equal("/data/statestore.db", resources.Components.Single(c => c.Name == "statestore").Value("connectionString"));
        var resiliency = Assert.Single(resources.Resiliency);
        var policy = resiliency.Retries[resiliency.Components["pubsub"].Inbound!.Retry!];
        Assert.Equal(TimeSpan.FromMilliseconds(200), policy.DelayBefore(5, jitter: 0));
        Assert.Null(policy.DelayBefore(6, jitter: 0));
        Assert.Empty(resources.Warnings);
    }

    [Theory]
    [InlineData("event.type = \"a\"", "column 12: '=' is not expected here")]
    [InlineData("type == \"a\"", "did you mean event.type?")]
    [InlineData("event.type == \"a", "has no end")]
    [InlineData("event.upper()", "there is no method 'upper' with 0 arguments")]
    [InlineData("((", "the expression ends where a value is expected")]
    public void BadMatch_IsNamedWithFileLineAndReason(string match, string reason)
    {
        var file = Path.Combine(_folder, "subscription.yaml");
        File.WriteAllText(file, $"""
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: - name: s -
            spec:
              pubsubname: pubsub
              topic: t
              routes:
                rules:
                  - match: '{match}'
                    path: /a
            """.Replace("- name: s -", "{ name: s }", StringComparison.Ordinal));

        var message = Assert.Throws<YamlException>(() => ResourceLoader.Load([_folder], new ComponentValues(null, _ => null))).Message;

        Assert.StartsWith(file + ":9", message, StringComparison.Ordinal);
        Assert.Contains("match", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void ResiliencyBehindAnotherDocument_HasNoEffectAndIsNamed()
    {
        var resiliency = File.ReadAllText(Path.Combine(Testing.RepositoryRoot.Find(), "components", "local", "resiliency.yaml"));
        File.WriteAllText(
            Path.Combine(_folder, "two.yaml"),
            "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: p }\nspec: { type: pubsub.in-memory, version: v1 }\n---\n" + resiliency);

        var resources = ResourceLoader.Load([_folder], new ComponentValues(null, _ => null));

        Assert.Empty(resources.Resiliency);
        Assert.Contains("two.yaml, document 2", Assert.Single(resources.Warnings), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
