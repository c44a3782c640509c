using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpsMesh.Testing;

namespace OpsMesh.Identity;

public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opsmesh-ca-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ServiceCertificate_SaysWhoItIsAndLastsAWeek()
    {
        using var mesh = new TestMesh();

        var leaf = mesh.Service("registry").Leaf;

        Assert.Equal(SpiffeId.Service(TestMesh.TrustDomain, "registry"), leaf.GetSpiffeId());
        Assert.True(leaf.IsFor(SpiffeCertificates.ClientAuth));
        Assert.True(leaf.IsFor(SpiffeCertificates.ServerAuth));
        Assert.Equal(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(15), leaf.NotAfter - leaf.NotBefore);
        Assert.Equal("1.2.840.10045.3.1.7", leaf.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
    }

    [Fact]
    public void NodeCertificate_LastsADay()
    {
        using var mesh = new TestMesh();

        var leaf = mesh.Node("n1").Leaf;

        Assert.Equal(SpiffeId.Node(TestMesh.TrustDomain, "n1"), leaf.GetSpiffeId());
        Assert.Equal(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(15), leaf.NotAfter - leaf.NotBefore);
    }

    [Fact]
    public void LeafThatWouldOutliveItsIssuer_EndsWithIt()
    {
        using var mesh = new TestMesh();

        var leaf = mesh.Service("registry", new LeafOptions { Lifetime = TimeSpan.FromDays(3650) }).Leaf;

        Assert.Equal(mesh.Authority.IssuerNotAfter, leaf.NotAfter);
    }

    [Fact]
    public void SavedAuthority_IsTheSameAfterLoading()
    {
        using var mesh = new TestMesh();
        mesh.Authority.Save(_folder);

        using var loaded = CertificateAuthority.Load(_folder, TestMesh.TrustDomain, TimeProvider.System);
        using var leaf = MeshIdentity.From(loaded.IssueNode("n1"));

        Assert.Equal(mesh.Authority.RootsPem, loaded.RootsPem);
        Assert.True(ChainPolicy.LeadsToRoots(leaf.Leaf, leaf.Intermediates, mesh.Service("registry").Roots));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Keys_AreReadableByTheirOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("there are no Unix file modes on Windows");
        }

        using var mesh = new TestMesh();

        mesh.Authority.Save(_folder);
        var files = mesh.Authority.IssueService("registry").WriteTo(_folder, "registry");

        foreach (var key in (string[])["root.key", "issuer.key", "registry.key"])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, key)));
        }

        using var identity = MeshIdentity.Load(files);
        Assert.Equal("registry", identity.Id.Name);
        Assert.Empty(Directory.GetFiles(_folder, "*.tmp"));
    }

    [Fact]
    public void CommonName_IsNoIdentity()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=spiffe://opsmesh.local/service/console", key, HashAlgorithmName.SHA256);

        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));

        Assert.Null(certificate.GetSpiffeId());
    }

    [Fact]
    public void TwoUris_AreNoIdentity()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("spiffe://opsmesh.local/service/console"));
        names.AddUri(new Uri("spiffe://opsmesh.local/node/n1"));
        request.CertificateExtensions.Add(names.Build());

        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));

        Assert.Null(certificate.GetSpiffeId());
    }
}
