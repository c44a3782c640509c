using System.Buffers;
using System.Buffers.Binary;
using System.Net;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>The one message of a call that a policy may try again. A second message ends the call: streams cannot be replayed.</summary>
internal sealed class ReplayedRequest
{
    private readonly ProxyCall _call;
    private readonly Task<byte[]> _first;
    private readonly Task _rest;

    public ReplayedRequest(ProxyCall call)
    {
        _call = call;
        _first = ReadFirstAsync();
        _rest = WatchRestAsync();
    }

    public HttpContent Attempt() => new Content(this);

    private async Task<byte[]> ReadFirstAsync()
    {
        var reader = _call.Context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(_call.Refused);
            if (LengthOf(read.Buffer) is { } length && read.Buffer.Length >= length)
            {
                var frame = read.Buffer.Slice(0, length).ToArray();
                reader.AdvanceTo(read.Buffer.GetPosition(length));
                return frame;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                if (!read.Buffer.IsEmpty)
                {
                    _call.Refuse(ProxyRefusal.CutOff);
                }

                return [];
            }
        }
    }

    /// <returns>Null: not known yet.</returns>
    private long? LengthOf(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < FrameScanner.PrefixLength)
        {
            return null;
        }

        var prefix = buffer.Slice(0, FrameScanner.PrefixLength).ToArray();
        var scanner = new FrameScanner(_call.MaxBytes, _call.IsGzip);
        _ = scanner.Pass(prefix);
        if (scanner.Refusal is { } refusal)
        {
            _call.Refuse(refusal);
        }

        return BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1)) + FrameScanner.PrefixLength;
    }

    private async Task WatchRestAsync()
    {
        if ((await _first).Length == 0)
        {
            return;
        }

        var reader = _call.Context.Request.BodyReader;
        var read = await reader.ReadAsync(_call.Refused);
        reader.AdvanceTo(read.Buffer.End);
        if (!read.Buffer.IsEmpty)
        {
            _call.Refuse(ProxyRefusal.NotReplayable);
        }
    }

    private sealed class Content(ReplayedRequest request) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.FlushAsync(cancellationToken);
            await stream.WriteAsync(await request._first.WaitAsync(cancellationToken), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await request._rest.WaitAsync(cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
