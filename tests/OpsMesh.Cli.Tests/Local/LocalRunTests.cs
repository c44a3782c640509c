using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using OpsMesh.Cli.Local.Stores;
using OpsMesh.Cli.Topology;
using OpsMesh.Identity;
using OpsMesh.Yaml;

namespace OpsMesh.Cli.Local;

public sealed class LocalRunTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MeshLayout _layout;
    private readonly TyeTopology _topology = TyeReader.Read(Repository.Topology, TyeTopology.DefaultPortBase);

    public LocalRunTests()
    {
        _layout = MeshLayout.At(Path.Combine(_folder.Path, "mesh"));
        _layout.Create();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NodeIds_StayTheSameOverRuns()
    {
        var first = new NodeIds(_layout, TimeProvider.System).Of("node-1");

        Assert.Equal(first, new NodeIds(_layout, TimeProvider.System).Of("node-1"));
        Assert.NotEqual(first, new NodeIds(_layout, TimeProvider.System).Of("node-2"));
        Assert.Equal(7, Guid.Parse(first).Version);
    }

    [Fact]
    public void Authority_StaysTheSameOverRuns()
    {
        using (var one = new LocalIdentities(_layout, TimeProvider.System))
        {
            one.ForService("registry");
        }

        var roots = File.ReadAllText(Path.Combine(_layout.Identity("registry"), "roots.pem"));
        using var two = new LocalIdentities(_layout, TimeProvider.System);

        Assert.Equal(roots, File.ReadAllText(two.ForService("console").Roots));
    }

    [Fact]
    public void DaemonConfiguration_IsYamlWhateverThePaths()
    {
        var node = _topology.Of(ProcessKind.Node).First();
        var identity = new IdentityFiles("/a \"b\"/c.pem", "/a/c:d.key", "/a/#e.pem");

        var map = YamlDocument.Parse(DaemonConfig.Render(node, identity, "/data {x}, 'y'", _topology.Of(ProcessKind.Service), new LocalOptions()), "daemon.yaml").AsMap();

        Assert.Equal("/a \"b\"/c.pem", map.Required("identity").AsMap().Required("certificate").AsString());
        Assert.Equal("/data {x}, 'y'", map.Required("data").AsString());
        Assert.Equal(2, map.Required("agents").AsList().Count);
        Assert.Equal(DotnetHost.Path, map.Required("agents").AsList()[0].AsMap().Required("command").AsString());
        Assert.Equal(4, map.Required("endpoints").AsMap().Entries.Count);
        Assert.Equal(TimeSpan.FromSeconds(10), map.Required("metrics").AsMap().Required("interval").AsDuration());
    }

    [Fact]
    public void Plan_GivesEachProcessItsPortsAndItsOwnTokens()
    {
        var plans = Plan();

        var registry = plans.Single(p => p.Name == "registry");
        var console = plans.Single(p => p.Name == "console");
        Assert.Equal("7201", registry.Environment["OPSMESH_PORTS__NODE"]);
        Assert.Equal("https://127.0.0.1:7203", console.Environment["OPSMESH_ENDPOINTS__AGENT-COMMAND"]);
        Assert.True(File.Exists(registry.Environment["OPSMESH_IDENTITY__KEY"]));
        Assert.NotEqual(registry.Environment["APP_API_TOKEN"], console.Environment["APP_API_TOKEN"]);
        Assert.Equal(_layout.ConsoleFile, console.Environment["OPSMESH_LOGIN__TOKENFILE"]);
        Assert.Equal(3, plans.Count(p => p.NodeId is not null));
    }

    [Fact]
    public void SidecarTopology_NamesEveryAppAndIsPrivate()
    {
        Plan();

        using var json = JsonDocument.Parse(File.ReadAllText(_layout.SidecarTopology));
        var apps = json.RootElement.GetProperty("apps").EnumerateArray().Select(a => a.GetProperty("app_id").GetString()!).ToList();
        Assert.Equal(9, apps.Distinct().Count());
        Assert.Equal(3, apps.Count(a => a.StartsWith("daemon-", StringComparison.Ordinal)));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_layout.SidecarTopology) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void TakenPort_IsNamedWithItsOwner()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var refused = PortCheck.Taken(port, "registry");

        Assert.False(PortCheck.IsFree(port));
        Assert.Equal(ExitCodes.PortTaken, refused.ExitCode);
        Assert.Contains($"Port {port}, which registry needs, is taken by pid {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SecondUp_IsRefusedWhileTheFirstRuns()
    {
        using (UpLock.Take(_layout))
        {
            Assert.Equal(ExitCodes.AlreadyUp, Assert.Throws<CliException>(() => UpLock.Take(_layout)).ExitCode);
        }

        UpLock.Take(_layout).Dispose();
    }

    [Fact]
    public void RecordOfAnotherBootOrProcess_IsNotAlive()
    {
        var self = ProcessStamp.Of(Environment.ProcessId)!;
        var record = new RunRecord { Name = "x", Kind = "service", Pid = self.Pid, StartTicks = self.StartTicks, BootId = RunRecord.CurrentBoot, StartedAt = TimeProvider.System.GetUtcNow() };

        Assert.True(record.IsAlive);
        Assert.False((record with { StartTicks = self.StartTicks + 1 }).IsAlive);
        Assert.False((record with { BootId = "another" }).IsAlive);
    }

    private IReadOnlyList<ProcessPlan> Plan()
    {
        using var identities = new LocalIdentities(_layout, TimeProvider.System);
        return new PlanBuilder(_topology, _layout, new MeshSecrets(), identities,
            new NodeIds(_layout, TimeProvider.System), new StoreServers(new LocalOptions(), _layout), new LocalOptions()).Build();
    }
}
