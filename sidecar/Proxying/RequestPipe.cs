using System.Net;
using Grpc.Core;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>
/// The body of a proxied call while it still arrives. Its own type, because SocketsHttpHandler lets a custom content go on being sent
/// after the response began; that is what makes both directions independent.
/// </summary>
internal sealed class RequestPipe(ProxyCall call) : HttpContent
{
    private bool _isConsumed;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => CopyAsync(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        call.IsGzip ? InflateAsync(stream, cancellationToken) : CopyAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async Task CopyAsync(Stream stream, CancellationToken cancellationToken)
    {
        RefuseSecondTime();
        // The headers must leave before the first message: a stream may be silent for long.
        await stream.FlushAsync(cancellationToken);
        var reader = call.Context.Request.BodyReader;
        var scanner = new FrameScanner(call.MaxBytes, knowsCompression: false);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            _isConsumed = true;
            foreach (var segment in read.Buffer)
            {
                var passed = scanner.Pass(segment.Span);
                if (scanner.Refusal is { } refusal)
                {
                    Refuse(refusal);
                }

                await stream.WriteAsync(segment[..passed], cancellationToken);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                if (scanner.IsWithin)
                {
                    Refuse(ProxyRefusal.CutOff);
                }

                return;
            }

            await stream.FlushAsync(cancellationToken);
        }
    }

    private async Task InflateAsync(Stream stream, CancellationToken cancellationToken)
    {
        RefuseSecondTime();
        _isConsumed = true;
        await stream.FlushAsync(cancellationToken);
        var messages = new MessageReader(call.Context.Request.Body, call.MaxBytes, isGzip: true);
        while (await messages.ReadAsync(cancellationToken) is { } message)
        {
            await stream.WriteAsync(GzipMessages.Frame(message, isGzip: false), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }

        if (messages.Refusal is { } refusal)
        {
            Refuse(refusal);
        }
    }

    /// <summary>SocketsHttpHandler sends a request once more when the server did not take it; what was read of this one is gone by then.</summary>
    private void RefuseSecondTime()
    {
        if (_isConsumed)
        {
            Refuse(new ProxyRefusal(StatusCode.Unavailable, "stream terminated by RST_STREAM with error code: REFUSED_STREAM"));
        }
    }

    private void Refuse(ProxyRefusal refusal)
    {
        call.Refuse(refusal);
        throw new IOException(refusal.Message);
    }
}
