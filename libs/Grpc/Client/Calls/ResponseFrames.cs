using System.Buffers;
using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>The messages of one response, read through one pooled buffer, and the trailers after them.</summary>
internal sealed class ResponseFrames(
    HttpResponseMessage response, Stream stream, int? limit, CompressionTable compressions, string? encoding) : IDisposable
{
    private const int InitialBytes = 4096;

    // However long a message says it is, memory is taken only as its bytes arrive.
    private const int GrowthBytes = 256 * 1024;

    private const int Reading = 1;
    private const int Disposed = 2;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _phase;

    /// <summary>How the server ended the call, once its response has been read to the end.</summary>
    /// <exception cref="RpcException">A trailer is malformed.</exception>
    public CallEnd End()
    {
        if (new ProtocolFields(response.TrailingHeaders).Status() is { } status)
        {
            return new(status, response.TrailingHeaders);
        }

        return new ProtocolFields(response.Headers).Status() is { } only
            ? new(only, response.Headers)
            : new(new(StatusCode.Cancelled, "No grpc-status found on response."), response.TrailingHeaders);
    }

    /// <returns>Null at the end of the response.</returns>
    public async ValueTask<T?> ReadAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        ObjectDisposedException.ThrowIf((Interlocked.Or(ref _phase, Reading) & Disposed) != 0, this);
        try
        {
            if (!await FillAsync(FrameHeader.Size, cancellationToken).ConfigureAwait(false))
            {
                return _end == _start ? null : throw new RpcException(new(StatusCode.Internal, "Incomplete message."));
            }

            FrameHeader.Parse(_buffer.AsSpan(_start), limit, out var length, out var compressed);
            _start += FrameHeader.Size;
            if (_end - _start < length && !await FillAsync(length, cancellationToken).ConfigureAwait(false))
            {
                throw new RpcException(new(StatusCode.Internal, "Incomplete message."));
            }

            var payload = new ReadOnlySequence<byte>(_buffer, _start, length);
            _start += length;
            return MessageDecoder.Decode(deserializer, payload, compressed ? Decompressor() : null, limit);
        }
        finally
        {
            // The buffer goes back when the response has been disposed of and nobody reads: whoever comes last gives it.
            if (Interlocked.And(ref _phase, ~Reading) == (Reading | Disposed))
            {
                Return();
            }
        }
    }

    /// <summary>Before the end of the response: resets the stream.</summary>
    public void Dispose()
    {
        if (Interlocked.Or(ref _phase, Disposed) == 0)
        {
            Return();
        }

        response.Dispose();
    }

    private ICompressionProvider Decompressor() => encoding switch
    {
        null or GrpcHeaders.Identity => throw new RpcException(
            new(StatusCode.Internal, "Response did not include grpc-encoding value with compressed message.")),
        _ => compressions.Find(encoding) ?? throw new RpcException(
            new(StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {compressions.AcceptEncoding}")),
    };

    /// <returns>False when the response ends before <paramref name="count"/> bytes stand in the buffer.</returns>
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            Reserve(count);
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private void Reserve(int count)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        if (_buffer.Length - _start >= count && _end < _buffer.Length)
        {
            return;
        }

        var held = _end - _start;
        var wanted = Math.Max(InitialBytes, Math.Min(count, Math.Max(GrowthBytes, held * 2)));
        if (_buffer.Length >= wanted && held < _buffer.Length)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, held + 1));
            _buffer.AsSpan(_start, held).CopyTo(larger);
            Return();
            _buffer = larger;
        }

        _start = 0;
        _end = held;
    }

    private void Return()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
