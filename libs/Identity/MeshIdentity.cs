using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace OpsMesh.Identity;

/// <summary>
/// Who this process is: its leaf with key, the intermediates that peers need, and the roots it trusts. Immutable; after a renewal
/// load a new one: handlers made from the old one keep the old certificate, so a renewal is a new channel.
/// </summary>
public sealed class MeshIdentity : IDisposable
{
    private MeshIdentity(SpiffeId id, X509Certificate2 leaf, X509Certificate2Collection intermediates, X509Certificate2Collection roots)
    {
        (Id, Leaf, Intermediates, Roots) = (id, leaf, intermediates, roots);
        Context = SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
    }

    public SpiffeId Id { get; }

    public string TrustDomain => Id.TrustDomain;

    public X509Certificate2 Leaf { get; }

    public X509Certificate2Collection Intermediates { get; }

    public X509Certificate2Collection Roots { get; }

    /// <summary>Built once: making it for each handshake would cost more than the handshake.</summary>
    internal SslStreamCertificateContext Context { get; }

    /// <exception cref="IdentityException">A file is missing or damaged, the key is another's, or the chain does not lead to the roots.</exception>
    public static MeshIdentity Load(IdentityFiles files) =>
        From(Pem.Read(files.Certificate), Pem.Read(files.Key), Pem.Read(files.Roots), files.TrustDomain);

    /// <summary>Without files between, for whoever issued it.</summary>
    public static MeshIdentity From(IssuedIdentity issued)
    {
        var name = issued.Id.ToString();
        return From(new Pem(issued.ChainPem, name), new Pem(issued.KeyPem, name), new Pem(issued.RootsPem, name), issued.Id.TrustDomain);
    }

    /// <summary>Id of a service of this mesh.</summary>
    public SpiffeId Service(string name) => SpiffeId.Service(TrustDomain, name);

    /// <summary>Id of a node of this mesh.</summary>
    public SpiffeId Node(string nodeId) => SpiffeId.Node(TrustDomain, nodeId);

    public void Dispose()
    {
        Leaf.Dispose();
        foreach (var certificate in Intermediates.Concat(Roots))
        {
            certificate.Dispose();
        }
    }

    private static MeshIdentity From(Pem certificate, Pem key, Pem trusted, string trustDomain)
    {
        var intermediates = certificate.Certificates();
        var roots = trusted.Certificates();
        var leaf = certificate.CertificateWithKey(key);
        intermediates.RemoveAt(0);

        var id = leaf.GetSpiffeId() ?? throw new IdentityException($"'{certificate.Origin}' has no single SPIFFE id as a SAN URI");
        if (id.TrustDomain != trustDomain)
        {
            throw new IdentityException($"'{certificate.Origin}' is for trust domain '{id.TrustDomain}', not '{trustDomain}'");
        }

        return ChainPolicy.LeadsToRoots(leaf, intermediates, roots)
            ? new MeshIdentity(id, leaf, intermediates, roots)
            : throw new IdentityException($"'{certificate.Origin}' does not lead to a root in '{trusted.Origin}'");
    }
}
