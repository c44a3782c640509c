using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace OpsMesh.Identity;

/// <summary>The node port's end of TLS: 1.3 only, HTTP/2 only, asks for a client certificate and does not demand it.</summary>
public static class MeshTls
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    /// <param name="current">Asked at each handshake, so that a renewal needs no restart.</param>
    public static ListenOptions UseMeshTls(this ListenOptions listen, Func<MeshIdentity> current)
    {
        Offer? offer = null;
        listen.Protocols = HttpProtocols.Http2;
        return listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeLimit,
            OnConnection = _ =>
            {
                var identity = current();
                var known = offer;
                if (known is null || !ReferenceEquals(known.Identity, identity))
                {
                    // Two handshakes may both build it after a renewal; either result is right.
                    offer = known = new Offer(identity, ServerOptions(identity));
                }

                return ValueTask.FromResult(known.Options);
            },
        });
    }

    internal static SslServerAuthenticationOptions ServerOptions(MeshIdentity identity) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ServerCertificateContext = identity.Context,
        ClientCertificateRequired = true,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = ChainPolicy.Lenient(identity.Roots),
        RemoteCertificateValidationCallback = PeerValidation.OfClients(identity.Roots),
        // Tickets would let a connection resume without its certificate being looked at again.
        AllowTlsResume = false,
    };

    private sealed record Offer(MeshIdentity Identity, SslServerAuthenticationOptions Options);
}
