using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OpsMesh.Identity;

/// <summary>What a peer's certificate says, read once per connection. That it leads to our roots is the handshake's word.</summary>
/// <param name="Id">Null when it has no single SPIFFE id of ours as SAN URI.</param>
/// <param name="IsClient">Made for clientAuth.</param>
public sealed record PeerCertificate(SpiffeId? Id, bool IsClient, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    public static PeerCertificate From(X509Certificate2 certificate) => new(
        certificate.GetSpiffeId(),
        certificate.IsFor(SpiffeCertificates.ClientAuth),
        certificate.NotBefore.ToUniversalTime(),
        certificate.NotAfter.ToUniversalTime());

    public bool IsValidAt(DateTimeOffset now) => now >= NotBefore && now < NotAfter;
}

public static class PeerCertificateExtensions
{
    /// <summary>Puts the <see cref="PeerCertificate"/> among the connection's features; none for a peer without. Call it after the TLS.</summary>
    public static ListenOptions ReadPeerCertificate(this ListenOptions listen)
    {
        listen.Use(next => connection =>
        {
            if (connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate)
            {
                connection.Features.Set(PeerCertificate.From(certificate));
            }

            return next(connection);
        });
        return listen;
    }
}
