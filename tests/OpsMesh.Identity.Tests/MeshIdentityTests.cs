using OpsMesh.Testing;

namespace OpsMesh.Identity;

public sealed class MeshIdentityTests : IDisposable
{
    private readonly TestMesh _mesh = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("opsmesh-id-").FullName;

    public void Dispose()
    {
        _mesh.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        var files = _mesh.Authority.IssueNode("n1").WriteTo(_folder, "n1");
        File.Delete(files.Key);

        Assert.Contains(files.Key, Assert.Throws<IdentityException>(() => MeshIdentity.Load(files)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyOfAnother_IsRefused()
    {
        var files = _mesh.Authority.IssueNode("n1").WriteTo(_folder, "n1");
        File.WriteAllText(files.Key, _mesh.Authority.IssueNode("n1").KeyPem);

        Assert.Contains(files.Key, Assert.Throws<IdentityException>(() => MeshIdentity.Load(files)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RootsOfAnotherMesh_AreRefused()
    {
        using var foreign = new TestMesh();
        var files = _mesh.Authority.IssueNode("n1").WriteTo(_folder, "n1");
        File.WriteAllText(files.Roots, foreign.Authority.RootsPem);

        Assert.Contains(files.Roots, Assert.Throws<IdentityException>(() => MeshIdentity.Load(files)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void DamagedCertificate_IsNamed(string text)
    {
        var files = _mesh.Authority.IssueNode("n1").WriteTo(_folder, "n1");
        File.WriteAllText(files.Certificate, text);

        Assert.Contains(files.Certificate, Assert.Throws<IdentityException>(() => MeshIdentity.Load(files)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherTrustDomain_IsRefused()
    {
        var files = _mesh.Authority.IssueNode("n1").WriteTo(_folder, "n1");

        Assert.Throws<IdentityException>(() => MeshIdentity.Load(files with { TrustDomain = "example.org" }));
    }
}
