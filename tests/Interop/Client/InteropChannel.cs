using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using OpsMesh.Interop.Contract;

namespace OpsMesh.Interop.Client;

/// <summary>A channel of one case, which counts the messages that came compressed.</summary>
internal sealed class InteropChannel : IDisposable
{
    private readonly GrpcChannel _channel;
    private int _compressed;

    public InteropChannel(InteropTarget target)
    {
        var options = new GrpcChannelOptions
        {
            HttpHandler = Handler(target),
            DisposeHttpClient = true,
            CompressionProviders = [new WitnessedGzip(() => Interlocked.Increment(ref _compressed))],
        };
        _channel = GrpcChannel.ForAddress(target.Address, options);
        Service = new TestService.TestServiceClient(_channel);
        Unimplemented = new UnimplementedService.UnimplementedServiceClient(_channel);
    }

    public TestService.TestServiceClient Service { get; }

    public UnimplementedService.UnimplementedServiceClient Unimplemented { get; }

    /// <summary>Whether a compressed message has come since the last question.</summary>
    public bool TakeCompressed() => Interlocked.Exchange(ref _compressed, 0) > 0;

    public void Dispose() => _channel.Dispose();

    private static SocketsHttpHandler Handler(InteropTarget target)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectCallback = (_, cancellationToken) => ConnectAsync(target, cancellationToken) };
        if (target.Authority is { } authority)
        {
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority.ReadAuthority() },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            };
        }

        return handler;
    }

    /// <summary>To the host itself, whatever name it is to answer for.</summary>
    private static async ValueTask<Stream> ConnectAsync(InteropTarget target, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target.Host, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
