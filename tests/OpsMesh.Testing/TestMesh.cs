using OpsMesh.Identity;

namespace OpsMesh.Testing;

/// <summary>A CA of its own for one test, with identities in memory; a second one is foreign to it.</summary>
public sealed class TestMesh : IDisposable
{
    public const string TrustDomain = IdentityFiles.DefaultTrustDomain;

    private readonly List<MeshIdentity> _identities = [];

    public TestMesh(TimeProvider? clock = null) => Authority = CertificateAuthority.Create(TrustDomain, clock ?? TimeProvider.System);

    public CertificateAuthority Authority { get; }

    public MeshIdentity Service(string name, LeafOptions? options = null) => Keep(Authority.IssueService(name, options));

    public MeshIdentity Node(string nodeId, LeafOptions? options = null) => Keep(Authority.IssueNode(nodeId, options));

    public void Dispose()
    {
        foreach (var identity in _identities)
        {
            identity.Dispose();
        }

        Authority.Dispose();
    }

    private MeshIdentity Keep(IssuedIdentity issued)
    {
        var identity = MeshIdentity.From(issued);
        _identities.Add(identity);
        return identity;
    }
}
