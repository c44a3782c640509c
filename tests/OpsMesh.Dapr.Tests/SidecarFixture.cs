using System.Net.Sockets;
using System.Text;
using Dapr.Client;
using Dapr.Messaging.PublishSubscribe;
using OpsMesh.Dapr.Tests;
using OpsMesh.Testing;

[assembly: AssemblyFixture(typeof(SidecarFixture))]

namespace OpsMesh.Dapr.Tests;

/// <summary>The repository's sidecar as a process, with every building block that the clients reach, and API tokens on.</summary>
public sealed class SidecarFixture : IAsyncLifetime
{
    private readonly TestApp _app = new("dapr-tests", AppPort: 0);
    private TestSidecar? _sidecar;
    private TestRedis? _redis;

    public DaprClient Client { get; private set; } = null!;

    public DaprPublishSubscribeClient Subscriber { get; private set; } = null!;

    public TestApp App => _app;

    public async ValueTask InitializeAsync()
    {
        _redis = TestRedis.IsInstalled ? await TestRedis.StartAsync() : null;
        var resources = new Dictionary<string, string>
        {
            ["memory.yaml"] = Component("state.in-memory", "store", "{name: keyPrefix, value: none}") + "---\n" + Component("pubsub.in-memory", "pubsub"),
            ["secrets.yaml"] = Component("secretstores.local.env", "env"),
        };
        if (_redis is not null)
        {
            var host = $"{{name: redisHost, value: \"127.0.0.1:{_redis.Port}\"}}";
            resources["redis.yaml"] = Component("lock.redis", "locks", host) + "---\n" + Component("configuration.redis", "config", host);
        }

        _sidecar = await TestSidecar.StartAsync([_app], TestContext.Current.CancellationToken, resources);
        Client = new DaprClientBuilder().UseGrpcEndpoint(Grpc).UseHttpEndpoint($"http://127.0.0.1:{_app.HttpPort}").UseDaprApiToken(_app.ApiToken).Build();
        Subscriber = new DaprPublishSubscribeClientBuilder().UseGrpcEndpoint(Grpc).UseDaprApiToken(_app.ApiToken).Build();
    }

    public string Grpc => $"http://127.0.0.1:{_app.GrpcPort}";

    public async ValueTask DisposeAsync()
    {
        Subscriber?.Dispose();
        Client?.Dispose();
        await (_sidecar?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Skips the test where there is no Redis.</summary>
    public void NeedRedis() => Assert.SkipWhen(_redis is null, "Redis is not installed; ./opsmesh test installs it");

    /// <summary>Sets a key in Redis as an operator would.</summary>
    public async Task SetAsync(string key, string value)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", _redis!.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"SET {key} {value}\r\n"), TestContext.Current.CancellationToken);
        var answer = new byte[5];
        await socket.GetStream().ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        Assert.Equal("+OK\r\n", Encoding.UTF8.GetString(answer));
    }

    public static string Component(string type, string name, string metadata = "") =>
        $"apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\nspec: {{type: {type}, version: v1, metadata: [{metadata}]}}\n";
}
