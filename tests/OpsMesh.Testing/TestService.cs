using System.Net;
using Grpc.Net.Client;
using OpsMesh.Identity;

namespace OpsMesh.Testing;

/// <summary>One of the mesh's services as a process of its own, beside a sidecar that the test started.</summary>
public sealed class TestService : IAsyncDisposable
{
    private readonly Dictionary<string, string> _environment;
    private readonly string _project;
    private readonly string _name;
    private readonly string _folder = Directory.CreateTempSubdirectory("opsmesh-service-").FullName;
    private readonly int _nodePort = TestPorts.Next();
    private readonly int _managementPort = TestPorts.Next();
    private TestProcess? _process;

    /// <param name="project">Project of the service; the test project must refer to it.</param>
    /// <param name="app">Its place at the sidecar; the name of the service is the app id.</param>
    /// <param name="settings">More configuration: <c>Liveness:RestartGrace</c>.</param>
    public TestService(string project, TestApp app, TestMesh mesh, params IEnumerable<(string Key, string Value)> settings)
    {
        (_project, _name) = (project, app.AppId);
        var files = mesh.Authority.IssueService(app.AppId).WriteTo(Path.Combine(_folder, "identity"), app.AppId);
        _environment = new Dictionary<string, string>(app.Environment)
        {
            ["OPSMESH_PORTS__APP"] = $"{app.AppPort}",
            ["OPSMESH_PORTS__NODE"] = $"{_nodePort}",
            ["OPSMESH_PORTS__MANAGEMENT"] = $"{_managementPort}",
            ["OPSMESH_IDENTITY__CERTIFICATE"] = files.Certificate,
            ["OPSMESH_IDENTITY__KEY"] = files.Key,
            ["OPSMESH_IDENTITY__ROOTS"] = files.Roots,
            ["OPSMESH_STORAGE__FOLDER"] = Path.Combine(_folder, "data"),
            ["OPSMESH_DEV"] = "true",
        };
        foreach (var (key, value) in settings)
        {
            _environment["OPSMESH_" + key.ToUpperInvariant().Replace(":", "__", StringComparison.Ordinal)] = value;
        }
    }

    public TestProcess Process => _process ?? throw new InvalidOperationException("It was not started.");

    public Uri Management => new($"http://127.0.0.1:{_managementPort}/");

    /// <summary>Starts it, also again after an end, and waits until it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _process = TestProcess.Start(_project, _environment);
        await _process.UntilAsync(new Uri(Management, "readyz"), HttpStatusCode.OK, cancellationToken);
    }

    /// <summary>A channel to its node port, as this caller; null: without a certificate.</summary>
    public GrpcChannel Channel(MeshIdentity? caller, TestMesh mesh)
    {
        var handler = MeshHandlers.ForService(caller ?? mesh.Service("nobody"), _name);
        if (caller is null)
        {
            handler.SslOptions.ClientCertificateContext = null;
        }

        return GrpcChannel.ForAddress($"https://127.0.0.1:{_nodePort}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
