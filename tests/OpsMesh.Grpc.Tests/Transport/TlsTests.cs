using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Transport;

public sealed class TlsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ClientCertificate_IsThePeersIdentity()
    {
        using var serverCertificate = Certificate("localhost");
        using var clientCertificate = Certificate("node-1");
        await using var server = await StartAsync(serverCertificate);
        using var handler = Handler(serverCertificate, clientCertificate);
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(server.Address, new() { HttpHandler = handler });
        var client = new Echo.EchoClient(channel);

        using var call = client.Chat(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new() { Text = "over TLS" }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        var context = await server.Log.FirstCall;

        Assert.Equal("over TLS", call.ResponseStream.Current.Text);
        Assert.True(context.AuthContext.IsPeerAuthenticated);
        Assert.Equal("node-1", Assert.Single(context.AuthContext.PeerIdentity).Value);
        Assert.StartsWith("ipv4:127.0.0.1:", context.Peer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UntrustedServer_IsUnavailable()
    {
        using var serverCertificate = Certificate("localhost");
        using var other = Certificate("localhost");
        await using var server = await StartAsync(serverCertificate);
        using var handler = Handler(other, null);
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(server.Address, new() { HttpHandler = handler });

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => new Echo.EchoClient(channel).UnaryAsync(new EchoRequest(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
    }

    [Fact]
    public async Task CallCredentials_TravelOnlyOverTls()
    {
        using var serverCertificate = Certificate("localhost");
        await using var secure = await StartAsync(serverCertificate);
        await using var plain = await EchoServer.StartAsync();
        using var handler = Handler(serverCertificate, null);
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(secure.Address, new() { HttpHandler = handler });
        var credentials = CallCredentials.FromInterceptor((context, metadata) =>
        {
            metadata.Add("authorization", $"Bearer {context.MethodName}");
            return Task.CompletedTask;
        });
        var options = new CallOptions(credentials: credentials, cancellationToken: Token);
        var request = new EchoRequest { Behaviour = "metadata" };

        var secureCall = new Echo.EchoClient(channel).UnaryAsync(request, options);
        await secureCall;
        var plainCall = plain.Client().UnaryAsync(request, options);
        await plainCall;

        Assert.Equal("Bearer Unary", secureCall.GetTrailers().GetValue("authorization"));
        Assert.Null(plainCall.GetTrailers().GetValue("authorization"));
    }

    [Fact]
    public void CredentialsAgainstTheScheme_AreRefused()
    {
        Assert.Throws<InvalidOperationException>(() => global::Grpc.Net.Client.GrpcChannel.ForAddress(
            "http://localhost", new() { Credentials = ChannelCredentials.SecureSsl }));
        Assert.Throws<InvalidOperationException>(() => global::Grpc.Net.Client.GrpcChannel.ForAddress(
            "https://localhost", new() { Credentials = ChannelCredentials.Insecure }));
    }

    private static Task<EchoServer> StartAsync(X509Certificate2 certificate) => EchoServer.StartAsync(
        configure: builder => builder.WebHost.UseKestrelHttpsConfiguration(),
        kestrel: options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            });
        }));

    private static SocketsHttpHandler Handler(X509Certificate2 trusted, X509Certificate2? own)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) =>
            presented is X509Certificate2 certificate && certificate.Thumbprint == trusted.Thumbprint;
        if (own is not null)
        {
            handler.SslOptions.ClientCertificates = [own];
        }

        return handler;
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
