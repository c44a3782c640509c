using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpsMesh.Identity;
using OpsMesh.Testing;

namespace OpsMesh.EndToEnd.Mesh;

/// <summary>A whole mesh, started as `./opsmesh up` starts it, on ports and in a folder of its own; one for all tests of the assembly.</summary>
public sealed class MeshFixture : IAsyncLifetime
{
    private static readonly TimeSpan UpLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan DownLimit = TimeSpan.FromSeconds(60);

    private readonly PortBlock _ports = PortBlock.Claim();
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"opsmesh-e2e-{Guid.NewGuid():N}");
    private readonly List<string> _output = [];
    private Process? _up;

    public int PortBase => _ports.Base;

    public string Data => Path.Combine(_root, "mesh");

    /// <summary>With the operator's token; paths relative to /api/v1/.</summary>
    public HttpClient Rest { get; } = new();

    /// <summary>Ids of node-1 .. node-3.</summary>
    public IReadOnlyList<string> Nodes { get; private set; } = [];

    public CertificateAuthority Authority { get; private set; } = null!;

    public string NodePort(int n) => $"https://127.0.0.1:{PortBase + 100 + n}";

    public string DaemonPort(int k) => $"https://127.0.0.1:{PortBase + 110 + k}";

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_root);
        _up = StartUp();
        var console = await ReadConsoleAsync();
        Rest.BaseAddress = new Uri(console["url"]!.GetValue<string>().TrimEnd('/') + "/api/v1/");
        Rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", console["token"]!.GetValue<string>());
        Nodes = await ReadNodesAsync();
        Authority = CertificateAuthority.Load(Path.Combine(Data, "ca"), IdentityFiles.DefaultTrustDomain, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        Rest.Dispose();
        Authority?.Dispose();
        if (_up is { HasExited: false })
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_up.Id}"]);
            await kill.WaitForExitAsync();
            using var limit = new CancellationTokenSource(DownLimit, TimeProvider.System);
            await _up.WaitForExitAsync(limit.Token);
        }

        _up?.Dispose();
        _ports.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>An identity of the mesh's own CA, on disk as a process would have it.</summary>
    public MeshIdentity Issue(IssuedIdentity issued) => MeshIdentity.Load(issued.WriteTo(Path.Combine(_root, Guid.NewGuid().ToString("N")), "leaf"));

    private Process StartUp()
    {
        var start = new ProcessStartInfo(Path.Combine(RepositoryRoot.Find(), "opsmesh"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "up", "--port-base", $"{PortBase}", "--data", Data, "--metrics-interval", "1s" },
        };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (_output)
            {
                _output.Add(line.Data ?? "");
            }
        }
    }

    private async Task<JsonNode> ReadConsoleAsync()
    {
        var file = Path.Combine(Data, "run", "console.json");
        await UntilAsync(() => Task.FromResult(File.Exists(file)), "run/console.json");
        return JsonNode.Parse(await File.ReadAllTextAsync(file))!;
    }

    private async Task<IReadOnlyList<string>> ReadNodesAsync()
    {
        string[] ids = [];
        await UntilAsync(
            async () =>
            {
                ids = await OnlineAsync();
                return ids.Length == 3;
            },
            "three nodes online");
        return ids;
    }

    private async Task<string[]> OnlineAsync()
    {
        try
        {
            var list = JsonNode.Parse(await Rest.GetStringAsync("nodes"))!["nodes"]!.AsArray();
            return [.. list.Where(node => (string?)node!["state"] == "NODE_STATE_ONLINE").OrderBy(node => (string?)node!["hostname"]).Select(node => (string)node!["node_id"]!)];
        }
        catch (Exception early) when (early is HttpRequestException or JsonException)
        {
            return [];
        }
    }

    private async Task UntilAsync(Func<Task<bool>> happened, string what)
    {
        using var limit = new CancellationTokenSource(UpLimit, TimeProvider.System);
        while (!await happened())
        {
            if (_up is { HasExited: true } || limit.IsCancellationRequested)
            {
                lock (_output)
                {
                    throw new InvalidOperationException($"No {what} within {UpLimit}. `up` said:\n{string.Join('\n', _output)}");
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }
}
