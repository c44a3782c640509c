using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpsMesh.Identity;

/// <summary>PEM files, with errors that name the file.</summary>
internal static class PemFiles
{
    public static X509Certificate2Collection LoadAll(string path)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(Read(path));
        }
        catch (CryptographicException e)
        {
            throw new IdentityException($"'{path}' holds no certificates in PEM: {e.Message}", e);
        }

        return all.Count > 0 ? all : throw new IdentityException($"'{path}' holds no certificates in PEM");
    }

    public static X509Certificate2 LoadWithKey(string certificatePath, string keyPath)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(Read(certificatePath), Read(keyPath));
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
            throw new IdentityException($"'{keyPath}' holds no key for the certificate in '{certificatePath}': {e.Message}", e);
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"'{path}' cannot be read: {e.Message}", e);
        }
    }
}
