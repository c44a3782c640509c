using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsMesh.Testing;

namespace OpsMesh.Identity;

/// <summary>Real handshakes over loopback sockets; the server answers with the SPIFFE id it saw.</summary>
public sealed class MeshTlsTests : IAsyncLifetime
{
    private readonly TestMesh _mesh = new();
    private readonly TestMesh _foreign = new();
    private MeshIdentity _identity = null!;
    private WebApplication _app = null!;
    private Uri _address = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _identity = _mesh.Service("registry");
        (_app, _address) = await StartAsync(() => _identity);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _identity.Dispose();
        _mesh.Dispose();
        _foreign.Dispose();
    }

    [Fact]
    public async Task TwoOfOurs_KnowEachOther()
    {
        using var client = Client(MeshHandlers.ForService(_mesh.Node("n1"), "registry"));

        Assert.Equal("spiffe://opsmesh.local/node/n1", await client.GetStringAsync(_address, Cancellation));
    }

    [Fact]
    public async Task ClientWithoutCertificate_ComesInAsNobody()
    {
        var options = MeshHandlers.ClientOptions(_mesh.Node("n1"), _ => true);
        options.ClientCertificateContext = null;
        using var client = Client(new SocketsHttpHandler { SslOptions = options });

        Assert.Equal("nobody", await client.GetStringAsync(_address, Cancellation));
    }

    [Fact]
    public async Task ExpiredClient_ComesInToBeToldSo()
    {
        var expired = _mesh.Node("n1", new LeafOptions { Lifetime = TimeSpan.FromMinutes(-1), Skew = TimeSpan.FromMinutes(30) });
        using var client = Client(MeshHandlers.ForService(expired, "registry"));

        Assert.Equal("spiffe://opsmesh.local/node/n1", await client.GetStringAsync(_address, Cancellation));
    }

    [Fact]
    public async Task ForeignClient_IsRefusedByTheHandshake()
    {
        var options = MeshHandlers.ClientOptions(_mesh.Node("n1"), _ => true);
        options.ClientCertificateContext = _foreign.Node("n1").Context;
        using var client = Client(new SocketsHttpHandler { SslOptions = options });

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(_address, Cancellation));
    }

    [Fact]
    public async Task ServerWithAnotherName_IsRefused()
    {
        using var client = Client(MeshHandlers.ForService(_mesh.Node("n1"), "agent-command"));
        using var asNode = Client(MeshHandlers.ForNode(_mesh.Service("agent-command"), "registry"));

        await AssertRefusedAsync(client);
        await AssertRefusedAsync(asNode);
    }

    [Fact]
    public async Task ForeignServer_IsRefused()
    {
        using var client = Client(MeshHandlers.ForService(_foreign.Node("n1"), "registry"));

        await AssertRefusedAsync(client);
    }

    [Fact]
    public async Task ExpiredServer_IsRefused()
    {
        _identity = _mesh.Service("registry", new LeafOptions { Lifetime = TimeSpan.FromMinutes(-1), Skew = TimeSpan.FromMinutes(30) });
        using var client = Client(MeshHandlers.ForService(_mesh.Node("n1"), "registry"));

        await AssertRefusedAsync(client);
    }

    [Fact]
    public async Task ServerWithAClientsCertificate_IsRefused()
    {
        _identity = _mesh.Service("registry", LeafOptions.Service with { ServerAuth = false });
        using var client = Client(MeshHandlers.ForService(_mesh.Node("n1"), "registry"));

        await AssertRefusedAsync(client);
    }

    [Fact]
    public async Task RenewedServer_IsSeenByTheNextConnection()
    {
        _identity = _mesh.Service("agent-command");
        using var client = Client(MeshHandlers.ForService(_mesh.Node("n1"), "agent-command"));

        Assert.Equal("spiffe://opsmesh.local/node/n1", await client.GetStringAsync(_address, Cancellation));
    }

    [Fact]
    public async Task OlderTls_IsRefused()
    {
        var options = MeshHandlers.ClientOptions(_mesh.Node("n1"), _ => true);
        options.EnabledSslProtocols = SslProtocols.Tls12;
        using var client = Client(new SocketsHttpHandler { SslOptions = options });

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(_address, Cancellation));
    }

    [Fact]
    public async Task Plaintext_GetsNoAnswer()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _address.Port, Cancellation);
        await using var stream = socket.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray(), Cancellation);

        var answer = new byte[64];
        var read = 0;
        try
        {
            read = await stream.ReadAsync(answer, Cancellation);
        }
        catch (IOException)
        {
            // Reset instead of closed: no answer either.
        }

        // At most a TLS alert (content type 21); no HTTP/2 settings frame.
        Assert.True(read == 0 || answer[0] == 21, Convert.ToHexString(answer, 0, read));
    }

    private async Task AssertRefusedAsync(HttpClient client)
    {
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(_address, Cancellation));
        Assert.IsType<AuthenticationException>(refused.InnerException);
    }

    private static HttpClient Client(SocketsHttpHandler handler) => new(handler)
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static async Task<(WebApplication App, Uri Address)> StartAsync(Func<MeshIdentity> identity)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.UseMeshTls(identity);
            listen.ReadPeerCertificate();
        }));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(context.Features.Get<PeerCertificate>()?.Id?.ToString() ?? "nobody", Cancellation));
        await app.StartAsync(Cancellation);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return (app, new Uri(address));
    }
}
