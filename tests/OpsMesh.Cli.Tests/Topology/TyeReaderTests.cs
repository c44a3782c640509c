using OpsMesh.Yaml;

namespace OpsMesh.Cli.Topology;

public sealed class TyeReaderTests : IDisposable
{
    private const string Small = """
        name: opsmesh
        extensions:
          - name: dapr
            components-path: components/local
            services:
              registry: {app-protocol: grpc, http-port: 7501, grpc-port: 7601, internal-port: 7701, metrics-port: 7801}
        services:
          - name: console
            project: console/OpsMesh.Console.csproj
            tags: [console]
            bindings: [{name: page, protocol: http, port: 7100}]
          - name: registry
            project: services/registry/OpsMesh.Registry.csproj
            tags: [service]
            env: [{name: OPSMESH_DEV, value: "true"}]
            bindings: [{name: app, port: 7101}]
          - name: sidecar
            project: sidecar/OpsMesh.Sidecar.csproj
            tags: [sidecar]
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RepositorysOwnFile_IsTheWholeMesh()
    {
        var topology = TyeReader.Read(Repository.Topology, TyeTopology.DefaultPortBase);

        Assert.Equal(["registry", "telemetry-ingest", "agent-command", "log-streaming"], topology.Of(ProcessKind.Service).Select(s => s.Name));
        Assert.Equal(3, topology.Of(ProcessKind.Node).Count());
        Assert.Equal(7306, topology.Of(ProcessKind.Subscriber).Single().Ports["management"]);
        var all = topology.Services.SelectMany(s => s.AllPorts).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(topology.Services, s => Assert.True(File.Exists(Path.Combine(Repository.Root, s.Project)), s.Project));
    }

    [Fact]
    public void PortBase_MovesEveryPort()
    {
        var topology = Read(Small, 20_000);

        var registry = topology.Services.Single(s => s.Name == "registry");
        Assert.Equal((20_001, 20_401, 20_701), (registry.Ports["app"], registry.Dapr!.HttpPort, registry.Dapr.MetricsPort));
        Assert.Equal("true", registry.Environment["OPSMESH_DEV"]);
    }

    [Fact]
    public void Processes_ComeInTheOrderInWhichTheyStart() =>
        Assert.Equal(["sidecar", "registry", "console"], Read(Small).Services.Select(s => s.Name));

    [Theory]
    [InlineData("tags: [console]", "tags: [consol]", "tye.yaml:10:12: services[0].tags[0]: must be one of sidecar, service, console, node, subscriber, not 'consol'")]
    [InlineData("port: 7101", "port: 7501", "tye.yaml:16:34: services[1].bindings[0].port: port 7501 is already used in line 6")]
    [InlineData("project: sidecar", "projekt: sidecar", "tye.yaml:18:5: services[2].projekt: unknown key; did you mean 'project'?")]
    [InlineData("components-path", "components", "tye.yaml:4:5: extensions[0].components: unknown key")]
    [InlineData("port: 7100", "port: 80", "must be from 7100 to 8000, not 80")]
    [InlineData("name: registry\n", "name: registry\n    replicas: 2\n", "must be 1")]
    [InlineData("name: sidecar\n", "name: registry\n", "names 'registry' twice")]
    public void Mistake_IsNamedByFileLineAndKey(string right, string wrong, string message)
    {
        var refused = Assert.Throws<YamlException>(() => Read(Small.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(65_000)]
    public void PortBaseOutOfRange_IsRefused(int portBase) =>
        Assert.Equal(ExitCodes.BadConfiguration, Assert.Throws<CliException>(() => Read(Small, portBase)).ExitCode);

    private TyeTopology Read(string text, int portBase = TyeTopology.DefaultPortBase) => TyeReader.Read(_folder.Write("tye.yaml", text), portBase);
}
