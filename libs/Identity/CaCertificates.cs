using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpsMesh.Identity;

/// <summary>What the three kinds of certificate hold.</summary>
internal static class CaCertificates
{
    // Longer than the skew of any leaf, so that a leaf made at once is not clipped by its issuer.
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);
    private static readonly TimeSpan RootLifetime = TimeSpan.FromDays(3652);
    private static readonly TimeSpan IssuerLifetime = TimeSpan.FromDays(90);

    public static X509Certificate2 CreateRoot(string trustDomain, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return CaRequest($"CN=OpsMesh root {trustDomain}", key, pathLength: 1).CreateSelfSigned(now - Skew, now + RootLifetime);
    }

    public static X509Certificate2 CreateIssuer(string trustDomain, X509Certificate2 root, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = CaRequest($"CN=OpsMesh issuer {trustDomain}", key, pathLength: 0);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var issuer = request.Create(root, now - Skew, now + IssuerLifetime, RandomNumberGenerator.GetBytes(16));
        return issuer.CopyWithPrivateKey(key);
    }

    public static CertificateRequest LeafRequest(SpiffeId id, ECDsa key, LeafOptions options)
    {
        var request = new CertificateRequest($"CN={id.Name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var usages = new OidCollection();
        if (options.ClientAuth)
        {
            usages.Add(new Oid(SpiffeCertificates.ClientAuth));
        }

        if (options.ServerAuth)
        {
            usages.Add(new Oid(SpiffeCertificates.ServerAuth));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, false));
        request.CertificateExtensions.Add(Names(id, options));
        return request;
    }

    private static X509Extension Names(SpiffeId id, LeafOptions options)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(id.ToString()));
        foreach (var name in options.DnsNames)
        {
            names.AddDnsName(name);
        }

        foreach (var address in options.Addresses)
        {
            names.AddIpAddress(address);
        }

        return names.Build();
    }

    private static CertificateRequest CaRequest(string subject, ECDsa key, int pathLength)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }
}
