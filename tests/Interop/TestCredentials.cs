using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpsMesh.Cli;
using OpsMesh.Identity;

namespace OpsMesh.Interop;

/// <summary>The authority and the server certificate of the TLS cases, as PEM files that every peer can read.</summary>
internal sealed class TestCredentials
{
    public const string AuthorityFile = "ca.pem";
    public const string CertificateFile = "server1.pem";
    public const string KeyFile = "server1.key";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private TestCredentials(string folder) => Folder = folder;

    public static string DefaultFolder => Path.Combine(Repository.Root, "artifacts", "interop", "credentials");

    public string Folder { get; }

    /// <summary>Those of the folder, while they are valid for another day; else new ones.</summary>
    public static TestCredentials In(string folder, TimeProvider clock)
    {
        var credentials = new TestCredentials(folder);
        if (!credentials.AreValidUntil(clock.GetUtcNow().AddDays(1)))
        {
            credentials.Create(clock.GetUtcNow());
        }

        return credentials;
    }

    public X509Certificate2 ReadAuthority() => X509CertificateLoader.LoadCertificateFromFile(PathOf(AuthorityFile));

    public X509Certificate2 ReadServerCertificate() => X509Certificate2.CreateFromPemFile(PathOf(CertificateFile), PathOf(KeyFile));

    private bool AreValidUntil(DateTimeOffset time)
    {
        if (!File.Exists(PathOf(AuthorityFile)) || !File.Exists(PathOf(CertificateFile)) || !File.Exists(PathOf(KeyFile)))
        {
            return false;
        }

        using var certificate = ReadServerCertificate();
        return certificate.NotAfter.ToUniversalTime() > time.UtcDateTime;
    }

    private void Create(DateTimeOffset now)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=interop test ca", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        authority.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authority.PublicKey, false));
        using var ca = authority.CreateSelfSigned(now.AddHours(-1), now + Lifetime);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = ServerRequest(key, ca).Create(ca, now.AddHours(-1), now + Lifetime, RandomNumberGenerator.GetBytes(8));

        AtomicFile.CreateFolder(Folder);
        AtomicFile.WritePublic(PathOf(AuthorityFile), ca.ExportCertificatePem() + "\n");
        AtomicFile.WritePublic(PathOf(CertificateFile), certificate.ExportCertificatePem() + "\n");
        AtomicFile.WritePrivate(PathOf(KeyFile), key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private static CertificateRequest ServerRequest(ECDsa key, X509Certificate2 ca)
    {
        // The names of the certificate that the description gives to servers, and this machine.
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("*.test.google.fr");
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);

        var request = new CertificateRequest("CN=interop test server", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, true, false));
        return request;
    }

    private string PathOf(string file) => Path.Combine(Folder, file);
}
