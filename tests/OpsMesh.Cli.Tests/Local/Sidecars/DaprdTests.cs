using System.Runtime.Versioning;
using OpsMesh.Cli.Local.Stores;
using OpsMesh.Cli.Topology;
using OpsMesh.Yaml;

namespace OpsMesh.Cli.Local.Sidecars;

[SupportedOSPlatform("linux")]
public sealed class DaprdTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MeshLayout _layout;

    public DaprdTests()
    {
        _layout = MeshLayout.At(Path.Combine(_folder.Path, "mesh 'of' \"tests\""));
        _layout.Create();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task NoDaprd_IsSaidWithWhereToGetIt()
    {
        var missing = await Assert.ThrowsAsync<CliException>(() => DaprdProgram.FindAsync(_folder.Path, Cancel));

        Assert.Equal(ExitCodes.ToolMissing, missing.ExitCode);
        Assert.StartsWith("daprd is not on PATH.", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.18.2", "is daprd 1.18.2; 1.18.3 is the first")]
    [InlineData("edge", "and says: edge")]
    public async Task UnusableDaprd_IsRefused(string says, string message)
    {
        WriteProgram(says);

        var refused = await Assert.ThrowsAsync<CliException>(() => DaprdProgram.FindAsync(_folder.Path, Cancel));

        Assert.Equal(ExitCodes.ToolMissing, refused.ExitCode);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.18.3")]
    [InlineData("1.19.0-rc.1")]
    public async Task RecentDaprd_IsTaken(string says) => Assert.Equal(WriteProgram(says), await DaprdProgram.FindAsync($"/nowhere:{_folder.Path}", Cancel));

    [Fact]
    public void EachApplication_HasADaprdWithItsPortsAndTokens()
    {
        var plans = Plan();

        var daprd = plans.Single(p => p.Name == "daprd-registry");
        var flags = string.Join(' ', daprd.Command!);
        Assert.Equal(9, plans.Count(p => p.Service.Kind == ProcessKind.Sidecar));
        Assert.StartsWith("/opt/daprd --app-id registry --app-port 7101 --app-protocol grpc --dapr-http-port 7501 --dapr-grpc-port 7601 --dapr-internal-grpc-port 7701 ", flags, StringComparison.Ordinal);
        Assert.Contains("--dapr-listen-addresses 127.0.0.1", flags, StringComparison.Ordinal);
        Assert.Contains("components/redis-postgres", flags, StringComparison.Ordinal);
        Assert.Contains("--app-protocol http", string.Join(' ', plans.Single(p => p.Name == "daprd-subscriber-csharp").Command!), StringComparison.Ordinal);
        var registry = plans.Single(p => p.Name == "registry");
        Assert.Equal(registry.Environment["DAPR_API_TOKEN"], daprd.Environment["DAPR_API_TOKEN"]);
        Assert.Equal(registry.Environment["APP_API_TOKEN"], daprd.Environment["APP_API_TOKEN"]);
        Assert.DoesNotContain(daprd.Environment["DAPR_API_TOKEN"], flags, StringComparison.Ordinal);
        Assert.True(plans[0].Service.Kind == ProcessKind.Sidecar, "they start before the applications");
    }

    [Fact]
    public void Configuration_IsYamlWhateverThePath()
    {
        Plan();

        var spec = YamlDocument.Parse(File.ReadAllText(_layout.DaprdConfiguration), "daprd.yaml").AsMap().Required("spec").AsMap();
        var names = spec.Required("nameResolution").AsMap().Required("configuration").AsMap().Required("connectionString").AsString();
        Assert.Equal(Path.Combine(_layout.Run, "names.db"), names);
    }

    private IReadOnlyList<ProcessPlan> Plan()
    {
        var options = new LocalOptions { Profile = StoreServers.Profile, Daprd = "/opt/daprd", Postgres = "host=db", Redis = new RedisAddress("db:1", "") };
        var stores = new StoreServers(options, _layout);
        var topology = DaprdSidecars.AddTo(stores.AddTo(TyeReader.Read(Repository.Topology, options.PortBase)));
        using var identities = new LocalIdentities(_layout, TimeProvider.System);
        return new PlanBuilder(topology, _layout, new MeshSecrets(), identities, new NodeIds(_layout, TimeProvider.System), stores, options).Build();
    }

    private string WriteProgram(string says)
    {
        var path = Path.Combine(_folder.Path, "daprd");
        File.WriteAllText(path, $"#!/bin/sh\necho '{says}'\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
