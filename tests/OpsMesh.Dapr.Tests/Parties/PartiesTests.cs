using System.Text.Json;
using System.Text.Json.Nodes;
using OpsMesh.Testing;

namespace OpsMesh.Dapr.Tests.Parties;

/// <summary>
/// Programs that no one here wrote against the sidecar: Dapr's JavaScript SDK as client and server over both protocols, an older one for
/// proxying, grpc-js with Dapr's own protos, and gRPC's C core by Python. What they check stands in tests/DaprParties.
/// </summary>
public sealed class PartiesTests
{
    private static readonly string Scripts = Path.Combine(RepositoryRoot.Find(), "tests", "DaprParties");

    [Fact]
    public async Task EveryCheckOfEveryParty_Passes()
    {
        foreach (var program in (string[])["npm", "node", "python3", "protoc", "grpc_python_plugin"])
        {
            Assert.SkipWhen(TestTools.OnPath(program) is null, $"{program} is not installed; ./opsmesh test installs it");
        }

        Assert.SkipUnless(TestRedis.IsInstalled, "Redis is not installed; ./opsmesh test installs it");
        await using var redis = await TestRedis.StartAsync();
        var (http, grpc, proxied) = (new TestApp("js-http", TestPorts.Next(), "http"), new TestApp("js-grpc", TestPorts.Next()), new TestApp("js-proxied", TestPorts.Next()));
        var caller = new TestApp("js-caller", AppPort: 0);
        var installing = TestTools.InstallNpmAsync(Scripts);
        await using var sidecar = await TestSidecar.StartAsync([http, grpc, proxied, caller], TestContext.Current.CancellationToken, Resources(redis.Port));
        var stubs = Directory.CreateTempSubdirectory("opsmesh-parties-").FullName;
        try
        {
            Require(await TestTools.RunAsync(Scripts, "protoc", Protoc(stubs)));
            Require(await installing);

            var (_, output) = await TestTools.RunAsync(Scripts, "node", ["run.mjs"], new Dictionary<string, string> { ["PARTIES"] = Describe(http, grpc, proxied, caller, redis.Port, stubs) });

            var checks = output.Split('\n').Where(l => l.StartsWith("{\"check\"", StringComparison.Ordinal)).Select(l => JsonNode.Parse(l)!).ToList();
            var failed = checks.Where(c => !c["ok"]!.GetValue<bool>()).Select(c => $"{c["check"]}: {c["error"]}");
            Assert.True(checks.All(c => c["ok"]!.GetValue<bool>()), string.Join('\n', failed));
            Assert.True(checks[^1]["check"]!.GetValue<string>().StartsWith("python3-grpcio", StringComparison.Ordinal), output);
        }
        finally
        {
            Directory.Delete(stubs, recursive: true);
        }
    }

    private static Dictionary<string, string> Resources(int redisPort)
    {
        var host = $"{{name: redisHost, value: \"127.0.0.1:{redisPort}\"}}";
        return new()
        {
            ["state.yaml"] = SidecarFixture.Component("state.in-memory", "store"),
            ["pubsub.yaml"] = SidecarFixture.Component("pubsub.in-memory", "pubsub"),
            ["secrets.yaml"] = SidecarFixture.Component("secretstores.local.file", "secrets", "{name: secretsFile, value: \"{data}/components/secrets.json\"}"),
            ["secrets.json"] = """{"PARTIES_SECRET": "well kept"}""",
            ["locks.yaml"] = SidecarFixture.Component("lock.redis", "locks", host),
            ["config.yaml"] = SidecarFixture.Component("configuration.redis", "config", host),
        };
    }

    private static string[] Protoc(string stubs)
    {
        var dapr = Path.Combine(RepositoryRoot.Find(), "libs", "Dapr", "Protos");
        return
        [
            "-I", dapr, "-I", Scripts, $"--python_out={stubs}", $"--grpc_out={stubs}", $"--plugin=protoc-gen-grpc={TestTools.OnPath("grpc_python_plugin")}", "echo.proto",
            .. Directory.GetFiles(dapr, "*.proto", SearchOption.AllDirectories),
        ];
    }

    private static string Describe(TestApp http, TestApp grpc, TestApp proxied, TestApp caller, int redisPort, string stubs) => JsonSerializer.Serialize(new
    {
        apps = new { http = Describe(http), grpc = Describe(grpc), proxied = Describe(proxied), caller = Describe(caller) },
        redis_port = redisPort,
        python = new { script = "party.py", stubs },
    });

    private static object Describe(TestApp app) => new
    {
        app_id = app.AppId,
        app_port = app.AppPort,
        http_port = app.HttpPort,
        grpc_port = app.GrpcPort,
        api_token = app.ApiToken,
        app_api_token = app.AppApiToken,
    };

    private static void Require((int ExitCode, string Output) run) => Assert.True(run.ExitCode == 0, run.Output);
}
