using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpsMesh.Identity;

/// <summary>The mesh's own CA, all P-256 and SHA-256: a root (10 years) signs an issuer (90 days), which signs leafs.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private const int SerialBytes = 16;

    private readonly TimeProvider _clock;
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _issuer;

    private CertificateAuthority(string trustDomain, X509Certificate2 root, X509Certificate2 issuer, TimeProvider clock) =>
        (TrustDomain, _root, _issuer, _clock) = (trustDomain, root, issuer, clock);

    public string TrustDomain { get; }

    /// <summary>The certificate that everybody trusts, in PEM.</summary>
    public string RootsPem => _root.ExportCertificatePem() + "\n";

    /// <summary>When the issuer ends; whoever keeps the authority makes a new one in time.</summary>
    public DateTimeOffset IssuerNotAfter => _issuer.NotAfter;

    public static CertificateAuthority Create(string trustDomain, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var root = CaCertificates.CreateRoot(trustDomain, now);
        return new CertificateAuthority(trustDomain, root, CaCertificates.CreateIssuer(trustDomain, root, now), clock);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="IdentityException">A file is missing or damaged.</exception>
    public static CertificateAuthority Load(string folder, string trustDomain, TimeProvider clock) => new(
        trustDomain,
        Pem.Read(Path.Combine(folder, "root.pem")).CertificateWithKey(Pem.Read(Path.Combine(folder, "root.key"))),
        Pem.Read(Path.Combine(folder, "issuer.pem")).CertificateWithKey(Pem.Read(Path.Combine(folder, "issuer.key"))),
        clock);

    /// <summary>Writes root.pem, root.key, issuer.pem, issuer.key; keys are readable by their owner only.</summary>
    public void Save(string folder)
    {
        AtomicFile.CreateFolder(folder);
        foreach (var (name, certificate) in new[] { ("root", _root), ("issuer", _issuer) })
        {
            using var key = certificate.GetECDsaPrivateKey()!;
            AtomicFile.WritePrivate(Path.Combine(folder, name + ".key"), key.ExportPkcs8PrivateKeyPem() + "\n");
            AtomicFile.WritePublic(Path.Combine(folder, name + ".pem"), certificate.ExportCertificatePem() + "\n");
        }
    }

    public IssuedIdentity IssueService(string name, LeafOptions? options = null) =>
        Issue(SpiffeId.Service(TrustDomain, name), options ?? LeafOptions.Service);

    public IssuedIdentity IssueNode(string nodeId, LeafOptions? options = null) =>
        Issue(SpiffeId.Node(TrustDomain, nodeId), options ?? LeafOptions.Node);

    /// <summary>A new key and a certificate for it.</summary>
    public IssuedIdentity Issue(SpiffeId id, LeafOptions options)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Sign(id, key, options);
        var chain = leaf.ExportCertificatePem() + "\n" + _issuer.ExportCertificatePem() + "\n";
        return new IssuedIdentity(id, chain, key.ExportPkcs8PrivateKeyPem() + "\n", RootsPem);
    }

    public void Dispose()
    {
        _root.Dispose();
        _issuer.Dispose();
    }

    private X509Certificate2 Sign(SpiffeId id, ECDsa key, LeafOptions options)
    {
        var now = _clock.GetUtcNow();
        var request = CaCertificates.LeafRequest(id, key, options);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var end = now + options.Lifetime;
        return request.Create(
            _issuer, Later(now - options.Skew, _issuer.NotBefore), end < _issuer.NotAfter ? end : _issuer.NotAfter, RandomNumberGenerator.GetBytes(SerialBytes));
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
