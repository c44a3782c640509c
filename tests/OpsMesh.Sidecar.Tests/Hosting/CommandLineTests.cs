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
        var policy = Assert.Single(resources.Resiliency).Inbound["pubsub"];
        Assert.Equal(TimeSpan.FromMilliseconds(200), policy.Retry!.DelayBefore(5));
        Assert.Null(policy.Retry.DelayBefore(6));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
