using System.Net;
using System.Text.Json;

namespace OpsMesh.Testing;

/// <summary>One app of a <see cref="TestSidecar"/>, with the ports and tokens that both sides need.</summary>
/// <param name="AppPort">0 for an app that only calls.</param>
public sealed record TestApp(string AppId, int AppPort, string Protocol = "grpc")
{
    public int HttpPort { get; } = TestPorts.Next();

    public int GrpcPort { get; } = TestPorts.Next();

    public string ApiToken { get; } = Guid.NewGuid().ToString("N");

    public string AppApiToken { get; } = Guid.NewGuid().ToString("N");

    /// <summary>What the app's process is told about its sidecar.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["DAPR_HTTP_PORT"] = $"{HttpPort}",
        ["DAPR_GRPC_PORT"] = $"{GrpcPort}",
        ["DAPR_API_TOKEN"] = ApiToken,
        ["APP_API_TOKEN"] = AppApiToken,
    };
}

/// <summary>The development sidecar as a process, with the components of components/local and data that end with the test.</summary>
public sealed class TestSidecar : IAsyncDisposable
{
    private readonly string _folder;
    private readonly TestProcess _process;

    private TestSidecar(string folder, TestProcess process) => (_folder, _process) = (folder, process);

    public string Output => _process.Output;

    /// <summary>Starts it for these apps and waits until it serves them. The test project must refer to the sidecar's.</summary>
    /// <param name="resources">Component files by name; null: those of components/local.</param>
    public static async Task<TestSidecar> StartAsync(IReadOnlyList<TestApp> apps, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? resources = null)
    {
        var folder = Directory.CreateTempSubdirectory("opsmesh-sidecar-").FullName;
        var topology = Path.Combine(folder, "topology.json");
        var components = resources is null ? Path.Combine(RepositoryRoot.Find(), "components", "local") : Directory.CreateDirectory(Path.Combine(folder, "components")).FullName;
        foreach (var (name, text) in resources ?? new Dictionary<string, string>())
        {
            await File.WriteAllTextAsync(Path.Combine(components, name), text, cancellationToken);
        }

        await File.WriteAllTextAsync(topology, Topology(folder, components, apps), cancellationToken);
        var process = TestProcess.Start("OpsMesh.Sidecar", new Dictionary<string, string>(), "--topology", topology);
        var sidecar = new TestSidecar(folder, process);
        foreach (var app in apps)
        {
            var health = new Uri($"http://127.0.0.1:{app.HttpPort}/v1.0/healthz/outbound");
            await process.UntilAsync(health, HttpStatusCode.NoContent, cancellationToken);
        }

        return sidecar;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Topology(string folder, string components, IEnumerable<TestApp> apps) => JsonSerializer.Serialize(new
    {
        resources_paths = new[] { components },
        data_folder = folder,
        apps = apps.Select(a => new
        {
            app_id = a.AppId,
            app_port = a.AppPort == 0 ? (int?)null : a.AppPort,
            app_protocol = a.Protocol,
            http_port = a.HttpPort,
            grpc_port = a.GrpcPort,
            internal_port = TestPorts.Next(),
            metrics_port = TestPorts.Next(),
            api_token = a.ApiToken,
            app_api_token = a.AppApiToken,
        }),
    });
}
