using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace OpsMesh.Identity;

/// <summary>
/// Every certificate validation callback of the product is made here; a test finds them all, calls each with a foreign chain, and
/// another fails when one appears anywhere else.
/// </summary>
internal static class PeerValidation
{
    /// <summary>
    /// Server side: refuses a chain that is not ours, and nothing else. A caller without a certificate comes in, to be told so by a
    /// status: a TLS 1.3 alert reaches it after its handshake and looks like an outage.
    /// </summary>
    public static RemoteCertificateValidationCallback OfClients(X509Certificate2Collection roots) =>
        (_, certificate, chain, _) => certificate is null || ChainPolicy.IsOurs(chain, roots, forgivesTime: true);

    /// <summary>
    /// Client side: demands our root, a valid time, serverAuth and the expected id. Forgives only that the DNS name differs, since
    /// peers are known by SPIFFE id.
    /// </summary>
    public static RemoteCertificateValidationCallback OfServers(X509Certificate2Collection roots, Func<SpiffeId, bool> expected) =>
        (_, certificate, chain, errors) =>
            (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None
            && certificate is X509Certificate2 server
            && ChainPolicy.IsOurs(chain, roots, forgivesTime: false)
            && server.IsFor(SpiffeCertificates.ServerAuth)
            && server.GetSpiffeId() is { } id
            && expected(id);
}
