using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpsMesh.Identity;

/// <summary>A PEM text and where it came from, so that errors can name the file.</summary>
internal sealed record Pem(string Text, string Origin)
{
    /// <exception cref="IdentityException">The file cannot be read.</exception>
    public static Pem Read(string path)
    {
        try
        {
            return new Pem(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="IdentityException">There is not one certificate.</exception>
    public X509Certificate2Collection Certificates()
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(Text);
        }
        catch (CryptographicException e)
        {
            throw new IdentityException($"'{Origin}' holds no certificates in PEM: {e.Message}", e);
        }

        return all.Count > 0 ? all : throw new IdentityException($"'{Origin}' holds no certificates in PEM");
    }

    /// <returns>The first certificate, with its key.</returns>
    /// <exception cref="IdentityException">One of the two cannot be read, or they are not a pair.</exception>
    public X509Certificate2 CertificateWithKey(Pem key)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(Text, key.Text);
            if (!OperatingSystem.IsWindows())
            {
                return certificate;
            }

            // Schannel uses no ephemeral keys.
            using (certificate)
            {
                return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new IdentityException($"'{key.Origin}' holds no key for the certificate in '{Origin}': {e.Message}", e);
        }
    }

    /// <summary>No secrets in logs.</summary>
    public override string ToString() => Origin;
}
