using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OpsMesh.Identity;

/// <summary>HTTP handlers that prove who we are and know whom they talk to.</summary>
public static class MeshHandlers
{
    private const int StreamWindowBytes = 256 * 1024;

    /// <summary>Sends the leaf with its intermediates; pings each 20 s, also without streams; never follows proxies or redirects.</summary>
    /// <param name="expected">Whether the server may be this one; asked at each handshake.</param>
    public static SocketsHttpHandler Create(MeshIdentity identity, Func<SpiffeId, bool> expected) => new()
    {
        SslOptions = ClientOptions(identity, expected),
        KeepAlivePingDelay = TimeSpan.FromSeconds(20),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        EnableMultipleHttp2Connections = true,
        InitialHttp2StreamWindowSize = StreamWindowBytes,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    };

    /// <summary>For calls to one service.</summary>
    public static SocketsHttpHandler ForService(MeshIdentity identity, string name) => Create(identity, identity.Service(name).Equals);

    /// <summary>For calls to one node: another node at its address is refused.</summary>
    public static SocketsHttpHandler ForNode(MeshIdentity identity, string nodeId) => Create(identity, identity.Node(nodeId).Equals);

    internal static SslClientAuthenticationOptions ClientOptions(MeshIdentity identity, Func<SpiffeId, bool> expected) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificateContext = identity.Context,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = ChainPolicy.Strict(identity.Roots),
        RemoteCertificateValidationCallback = PeerValidation.OfServers(identity.Roots, expected),
        AllowTlsResume = false,
    };
}
