using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>The call credentials within channel credentials, and a check that both fit the address.</summary>
internal sealed class ResolvedCredentials : ChannelCredentialsConfiguratorBase
{
    private readonly List<CallCredentials> _calls = [];
    private bool? _secure;

    private ResolvedCredentials()
    {
    }

    public IReadOnlyList<CallCredentials> Calls => _calls;

    public static ResolvedCredentials Of(ChannelCredentials? credentials, bool secureAddress)
    {
        var resolved = new ResolvedCredentials();
        credentials?.InternalPopulateConfiguration(resolved, resolved);
        if (resolved._secure is { } secure && secure != secureAddress)
        {
            throw new InvalidOperationException(secure
                ? "Channel is configured with secure channel credentials and can't use a HttpClient with a 'http' scheme."
                : "Channel is configured with insecure channel credentials and can't use a HttpClient with a 'https' scheme.");
        }

        return resolved;
    }

    public override void SetInsecureCredentials(object state) => _secure = false;

    public override void SetSslCredentials(
        object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
    {
        if (rootCertificates is not null || keyCertificatePair is not null || verifyPeerCallback is not null)
        {
            throw new InvalidOperationException(
                "SslCredentials with non-null arguments is not supported by GrpcChannel. Configure certificates on the HTTP handler.");
        }

        _secure = true;
    }

    public override void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        channelCredentials.InternalPopulateConfiguration(this, state);
        _calls.Add(callCredentials);
    }
}
