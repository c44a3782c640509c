using System.Net;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Sends whatever bytes as a gRPC request and reads the status that comes back.</summary>
internal sealed class RawCaller(Uri address) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true });

    /// <returns>The status code; -1 when the server reset the stream, -2 when it answered without a status.</returns>
    public async Task<int> CallAsync(
        string method, byte[] body, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"/opsmesh.grpc.tests.Echo/{method}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).WaitAsync(Limit, TimeProvider.System, cancellationToken);
            await response.Content.ReadAsByteArrayAsync(cancellationToken).WaitAsync(Limit, TimeProvider.System, cancellationToken);
            return (response.Headers.TryGetValues("grpc-status", out var values)
                    || response.TrailingHeaders.TryGetValues("grpc-status", out values))
                ? int.Parse(values.First(), System.Globalization.CultureInfo.InvariantCulture)
                : -2;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return -1;
        }
    }

    public void Dispose() => _http.Dispose();
}
