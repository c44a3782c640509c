using System.Net;

namespace OpsMesh.Sidecar.Apps;

/// <summary>For an application that speaks HTTP/2 by prior knowledge.</summary>
internal sealed class Http2Handler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return base.SendAsync(request, cancellationToken);
    }
}
