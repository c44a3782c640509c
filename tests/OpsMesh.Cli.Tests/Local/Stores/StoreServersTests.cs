using System.CommandLine;
using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local.Stores;

public sealed class StoreServersTests
{
    private static readonly TyeTopology Topology = TyeReader.Read(Repository.Topology, TyeTopology.DefaultPortBase);

    [Theory]
    [InlineData("db:6380", "db:6380", "")]
    [InlineData("db", "db:6379", "")]
    [InlineData("redis://:s%20t@db:6380/0", "db:6380", "s t")]
    [InlineData("redis://default:x@db", "db:6379", "x")]
    public void RedisAddress_IsHostOrUrl(string text, string host, string password) => Assert.Equal(new RedisAddress(host, password), RedisAddress.Parse(text));

    [Theory]
    [InlineData("redis://db/3")]
    [InlineData("redis://me:x@db")]
    [InlineData("http://db")]
    [InlineData("db:port")]
    public void WhatTheSidecarCannotUse_IsNoRedisAddress(string text) => Assert.Null(RedisAddress.Parse(text));

    [Fact]
    public void NamedServer_IsNotStarted()
    {
        var options = new LocalOptions { Profile = StoreServers.Profile, Redis = new RedisAddress("db:1", "") };

        var topology = new StoreServers(options, MeshLayout.At("/nowhere")).AddTo(Topology);

        Assert.Equal(["postgres"], topology.Of(ProcessKind.Store).Select(s => s.Name));
        Assert.Equal(7432, topology.Of(ProcessKind.Store).Single().Ports["port"]);
        Assert.Equal("components/redis-postgres", topology.ComponentsPath);
    }

    [Fact]
    public void LocalProfile_HasNoServers() =>
        Assert.Equivalent(Topology, new StoreServers(new LocalOptions(), MeshLayout.At("/nowhere")).AddTo(Topology));

    [Fact]
    public void ServerFromTheEnvironment_IsTakenWhenNoFlagNamesOne()
    {
        var options = Read(StoreServers.Profile, new() { ["OPSMESH_UP_POSTGRES"] = "host=env", ["OPSMESH_UP_REDIS"] = "env:1" }, "--redis", "flag:2");

        Assert.Equal("host=env", options.Postgres);
        Assert.Equal("flag:2", options.Redis?.Host);
    }

    [Theory]
    [InlineData("local", "--redis", "db:1", "--redis is for --profile redis-postgres.")]
    [InlineData("redis-postgres", "--postgres", "nonsense", "--postgres wants pairs")]
    [InlineData("redis-postgres", "--redis", "http://db", "--redis wants HOST:PORT")]
    public void UselessServer_IsRefused(string profile, string flag, string value, string message)
    {
        var refused = Assert.Throws<CliException>(() => Read(profile, [], flag, value));

        Assert.Equal(ExitCodes.BadConfiguration, refused.ExitCode);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BothProfiles_HaveTheSameResiliency() => Assert.Equal(
        File.ReadAllText(Path.Combine(Repository.Root, "components/local/resiliency.yaml")), File.ReadAllText(Path.Combine(Repository.Root, "components/redis-postgres/resiliency.yaml")));

    private static LocalOptions Read(string profile, Dictionary<string, string?> environment, params string[] arguments)
    {
        var servers = new GivenServers(environment.GetValueOrDefault);
        var command = new Command("up") { servers.Postgres, servers.Redis };
        return servers.Read(command.Parse(arguments), new LocalOptions { Profile = profile });
    }
}
