using System.Net;

namespace OpsMesh.Bench.Subjects.Calling;

/// <summary>The limit: the same call with the same messages, written by hand on SocketsHttpHandler, without deadline, cancellation or metadata.</summary>
internal sealed class HandCaller(Uri address) : ICaller
{
    private readonly HttpMessageInvoker _invoker = new(Handlers.OneConnection());
    private readonly Uri _address = new(address, BenchMessages.Beat);

    public async Task CallAsync(byte[] buffer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(BenchMessages.Frame(BenchMessages.Request())),
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        using var response = await _invoker.SendAsync(request, CancellationToken.None);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var length = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer.AsMemory(length))) > 0)
        {
            length += read;
        }

        var reply = BenchMessages.ReadFrame(buffer.AsSpan(0, length));
        if (reply.IntervalMs == 0 || !response.TrailingHeaders.NonValidated.TryGetValues("grpc-status", out var status) || status.ToString() != "0")
        {
            throw new InvalidDataException("The reply is empty, or its status is not OK.");
        }
    }

    public void Dispose() => _invoker.Dispose();
}
