using System.Net;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>One message. It can be written again: the HTTP handler does so after a GOAWAY.</summary>
internal sealed class SingleMessageContent<T>(T message, Action<T, PooledBuffer> encode) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBuffer();
        encode(message, buffer);
        await stream.WriteAsync(buffer.Written, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        // A request with a length would be sent differently by some proxies; gRPC requests have none.
        length = -1;
        return false;
    }
}
