using System.Net;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>One message. It can be written again: the HTTP handler does so after a GOAWAY.</summary>
internal sealed class SingleMessageContent<T>(IRequestCall<T> call, T message) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = PooledBuffer.ForOneFrame();
        try
        {
            call.Encode(message, buffer, null);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }

        // The frame of a small message is left to the collector: giving it back would take a state machine, which is larger.
        var write = stream.WriteAsync(buffer.Written, cancellationToken);
        return buffer.IsPooled ? ReleaseAsync(write, buffer) : write.AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        // A request with a length would be sent differently by some proxies; gRPC requests have none.
        length = -1;
        return false;
    }

    private static async Task ReleaseAsync(ValueTask write, PooledBuffer buffer)
    {
        using (buffer)
        {
            await write.ConfigureAwait(false);
        }
    }
}
