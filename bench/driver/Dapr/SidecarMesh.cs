using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Dapr;

/// <summary>One sidecar process that serves the applications of a bench, on a data folder of its own.</summary>
internal sealed class SidecarMesh : IAsyncDisposable
{
    public const string Caller = "caller";
    public const string Callee = "callee";
    public const string Events = "events";
    public const string MemoryStore = "memory";
    public const string SqliteStore = "sqlite";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string _folder = Directory.CreateTempSubdirectory("opsmesh-bench-").FullName;
    private readonly Dictionary<string, (int Http, int Grpc)> _ports = [];
    private Process? _process;

    private SidecarMesh()
    {
    }

    public int Pid => _process!.Id;

    /// <summary>A file beside the store's, on the same disk.</summary>
    public string RawFile => Path.Combine(_folder, "raw.db");

    public Uri GrpcAddress(string app) => new($"http://127.0.0.1:{_ports[app].Grpc}");

    /// <param name="apps">Application ids with the ports they serve gRPC on; 0: none.</param>
    public static async Task<SidecarMesh> StartAsync(IReadOnlyDictionary<string, int> apps, TimeProvider clock, CancellationToken cancellationToken)
    {
        var mesh = new SidecarMesh();
        try
        {
            mesh.Write(apps);
            await mesh.RunAsync(clock, cancellationToken);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            using var limit = new CancellationTokenSource(EndLimit, TimeProvider.System);
            await process.WaitForExitAsync(limit.Token);
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private void Write(IReadOnlyDictionary<string, int> apps)
    {
        foreach (var (name, text) in Components())
        {
            File.WriteAllText(Path.Combine(_folder, name), text);
        }

        foreach (var app in apps.Keys)
        {
            _ports[app] = (FreePort(), FreePort());
        }

        var topology = new
        {
            resources_paths = new[] { _folder },
            data_folder = _folder,
            apps = apps.Select(app => new
            {
                app_id = app.Key,
                app_port = app.Value == 0 ? (int?)null : app.Value,
                app_protocol = "grpc",
                http_port = _ports[app.Key].Http,
                grpc_port = _ports[app.Key].Grpc,
            }),
        };
        File.WriteAllText(Path.Combine(_folder, "mesh.json"), JsonSerializer.Serialize(topology));
    }

    private async Task RunAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Repository.Assembly("OpsMesh.Sidecar"), "--topology", Path.Combine(_folder, "mesh.json")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException("No process came of the start.");
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        using var http = new HttpClient();
        var since = clock.GetTimestamp();
        while (!await IsReadyAsync(http, cancellationToken))
        {
            if (_process.HasExited || clock.GetElapsedTime(since) > StartLimit)
            {
                throw new BenchException(ExitCodes.Failed, "The sidecar did not become ready; what it wrote stands above.");
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    private async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (port, _) in _ports.Values)
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/v1.0/healthz"), cancellationToken);
                if (!answer.IsSuccessStatusCode)
                {
                    return false;
                }
            }

            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static IEnumerable<(string Name, string Text)> Components() =>
    [
        ("pubsub.yaml", Component("pubsub", "pubsub.in-memory", "")),
        ("memory.yaml", Component(MemoryStore, "state.in-memory", "")),
        ("sqlite.yaml", Component(SqliteStore, "state.sqlite", """{ name: connectionString, value: "{data}/state.db" }""")),
    ];

    private static string Component(string name, string type, string metadata) => $$"""
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: {{name}} }
        spec: { type: {{type}}, version: v1, metadata: [{{metadata}}] }

        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
