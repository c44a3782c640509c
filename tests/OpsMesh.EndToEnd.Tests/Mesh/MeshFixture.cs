using System.Net.Http.Headers;
using OpsMesh.Cli.Smoke;
using OpsMesh.Identity;

namespace OpsMesh.EndToEnd.Mesh;

/// <summary>A whole mesh, started by `opsmesh up`, on ports and in a folder of its own; one for all tests of the assembly.</summary>
public sealed class MeshFixture : IAsyncLifetime
{
    private static readonly TimeSpan UpLimit = TimeSpan.FromMinutes(4);

    private readonly PortBlock _ports = SmokeMesh.ClaimPorts();
    private readonly string _root = Directory.CreateTempSubdirectory("opsmesh e2e 'tests' ").FullName;

    /// <summary>With the operator's token; paths relative to /api/v1/.</summary>
    public HttpClient Rest { get; } = new();

    /// <summary>Ids of node-1 .. node-3.</summary>
    public IReadOnlyList<string> Nodes { get; private set; } = [];

    public CertificateAuthority Authority { get; private set; } = null!;

    internal SmokeMesh Mesh { get; private set; } = null!;

    public string NodePort(int n) => $"https://127.0.0.1:{_ports.Base + 100 + n}";

    public string DaemonPort(int k) => $"https://127.0.0.1:{_ports.Base + 110 + k}";

    public async ValueTask InitializeAsync()
    {
        Mesh = SmokeMesh.Start(_root, _ports.Base);
        await Mesh.WaitUntilUpAsync(new Poll(TimeProvider.System, CancellationToken.None), UpLimit);
        Rest.BaseAddress = Mesh.Client.Base;
        Rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Mesh.Client.Token);
        Nodes = [.. Enumerable.Range(1, 3).Select(n => Mesh.NodeIds.Of($"node-{n}"))];
        Authority = CertificateAuthority.Load(Mesh.Layout.Ca, IdentityFiles.DefaultTrustDomain, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        Rest.Dispose();
        Authority?.Dispose();
        await Mesh.EnsureGoneAsync();
        var left = Residue.Processes(Mesh.Layout.Root);
        Mesh.Dispose();
        _ports.Dispose();
        Directory.Delete(_root, recursive: true);
        Assert.Empty(left);
    }

    /// <summary>An identity of the mesh's own CA, on disk as a process would have it.</summary>
    public MeshIdentity Issue(IssuedIdentity issued) => MeshIdentity.Load(issued.WriteTo(Path.Combine(_root, Guid.NewGuid().ToString("N")), "leaf"));
}
