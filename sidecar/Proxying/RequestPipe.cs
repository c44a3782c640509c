using System.IO.Pipelines;
using System.Net;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>
/// The body of a proxied call while it still arrives. Its own type, because SocketsHttpHandler lets a custom content go on being sent
/// after the response began; that is what makes both directions independent.
/// </summary>
internal sealed class RequestPipe(PipeReader reader) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => CopyAsync(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        CopyAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async Task CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        // The headers must leave before the first message: a stream may be silent for long.
        await stream.FlushAsync(cancellationToken);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                await stream.WriteAsync(segment, cancellationToken);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                return;
            }

            await stream.FlushAsync(cancellationToken);
        }
    }
}
