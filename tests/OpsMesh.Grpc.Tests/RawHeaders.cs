using Grpc.Net.Client;

namespace OpsMesh.Grpc.Tests;

/// <summary>Sends metadata "raw-x" as the header "x": so a client can say what the library keeps to itself.</summary>
internal sealed class RawHeaders() : DelegatingHandler(new SocketsHttpHandler { EnableMultipleHttp2Connections = true })
{
    private const string Prefix = "raw-";

    public static void Allow(GrpcChannelOptions options)
    {
        options.HttpHandler = new RawHeaders();
        options.DisposeHttpClient = true;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var (name, values) in request.Headers.Where(header => header.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToList())
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name[Prefix.Length..], values);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
