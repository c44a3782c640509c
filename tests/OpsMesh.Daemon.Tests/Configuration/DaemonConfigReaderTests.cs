using System.Net;
using OpsMesh.Daemon.Supervision;
using OpsMesh.Yaml;

namespace OpsMesh.Daemon.Configuration;

public sealed class DaemonConfigReaderTests
{
    private const string Whole = """
        node: {hostname: node-1, labels: {zone: a}, advertise: "127.0.0.1:7211"}
        data: /var/lib/x
        identity: {certificate: /f.pem, key: /k.pem, roots: /ca.pem}
        endpoints: {registry: "https://127.0.0.1:7201"}
        ports: {node: 7211, app: 7111, management: 7311}
        metrics: {interval: 2s}
        dev: true
        agents:
          - id: game
            type: game-server
            command: /bin/sh
            args: ["-c", "exit 0"]
            env: {K: "a=b", N: 1}
            workdir: /tmp
            autostart: false
            restart: on-failure
            stop_grace: 500ms
          - {id: log, command: cat}
        """;

    [Fact]
    public void WholeFile_IsReadAsItSays()
    {
        var config = DaemonConfigReader.Parse(Whole, "daemon.yaml");

        Assert.Equal("node-1", config.Hostname);
        Assert.Equal("a", config.Labels["zone"]);
        Assert.Equal(new DaemonPorts(7211, IPAddress.Loopback, 7111, 7311), config.Ports);
        Assert.Equal(new Uri("https://127.0.0.1:7201"), config.Endpoints["registry"]);
        Assert.Equal(TimeSpan.FromSeconds(2), config.MetricsInterval);
        Assert.True(config.Dev);
        var game = config.Agents[0];
        Assert.Equal(["-c", "exit 0"], game.Arguments);
        Assert.Equal("a=b", game.Environment["K"]);
        Assert.Equal((RestartMode.OnFailure, false, TimeSpan.FromMilliseconds(500)), (game.Restart, game.AutoStart, game.StopGrace));
        Assert.Equal((RestartMode.Always, true), (config.Agents[1].Restart, config.Agents[1].AutoStart));
    }

    [Theory]
    [InlineData("dev: true", "devel: true", 7, "devel")]
    [InlineData("node: 7211,", "node: many,", 5, "ports.node")]
    [InlineData("interval: 2s", "interval: 500ms", 6, "metrics.interval")]
    [InlineData("interval: 2s", "interval: 2", 6, "metrics.interval")]
    [InlineData("data: /var/lib/x", "data: var/lib", 2, "data")]
    [InlineData("id: game", "id: Game", 9, "agents[0].id")]
    [InlineData("id: game", "id: ../x", 9, "agents[0].id")]
    [InlineData("{id: log,", "{id: game,", 18, "agents[1].id")]
    [InlineData("restart: on-failure", "restart: sometimes", 16, "agents[0].restart")]
    [InlineData("command: /bin/sh", "comand: /bin/sh", 11, "agents[0].comand")]
    [InlineData("command: /bin/sh", "command: -c", 11, "agents[0].command")]
    [InlineData("https://127.0.0.1:7201", "http://127.0.0.1:7201", 4, "endpoints.registry")]
    [InlineData("autostart: false", "autostart: nope", 15, "agents[0].autostart")]
    public void WrongEntry_IsToldWithFileLineAndKey(string right, string wrong, int line, string key)
    {
        var text = Whole.Replace(right, wrong, StringComparison.Ordinal);

        var error = Assert.Throws<YamlException>(() => DaemonConfigReader.Parse(text, "/etc/daemon.yaml"));

        Assert.Contains($"/etc/daemon.yaml:{line}", error.Message, StringComparison.Ordinal);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }
}
