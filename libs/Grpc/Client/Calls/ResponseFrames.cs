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

    private readonly Lock _gate = new();
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _reading;
    private bool _disposed;

    /// <summary>How the server ended the call, once its response has been read to the end.</summary>
    /// <exception cref="RpcException">A trailer is malformed.</exception>
    public CallEnd End()
    {
        ResponseMetadata.Check(response.TrailingHeaders);
        return new(
            ResponseMetadata.TryGetStatus(response.TrailingHeaders, out var status) || ResponseMetadata.TryGetStatus(response.Headers, out status)
                ? status
                : new(StatusCode.Cancelled, "No grpc-status found on response."),
            response.TrailingHeaders);
    }

    /// <returns>Null at the end of the response.</returns>
    public async ValueTask<T?> ReadAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _reading = true;
        }

        try
        {
            if (!await FillAsync(FrameHeader.Size, cancellationToken))
            {
                return _end == _start ? null : throw new RpcException(new(StatusCode.Internal, "Incomplete message."));
            }

            FrameHeader.Parse(_buffer.AsSpan(_start), limit, out var length, out var compressed);
            _start += FrameHeader.Size;
            if (!await FillAsync(length, cancellationToken))
            {
                throw new RpcException(new(StatusCode.Internal, "Incomplete message."));
            }

            var payload = new ReadOnlySequence<byte>(_buffer, _start, length);
            _start += length;
            return MessageDecoder.Decode(deserializer, payload, compressed ? Decompressor() : null, limit);
        }
        finally
        {
            lock (_gate)
            {
                _reading = false;
                ReleaseIfDisposedUnderLock();
            }
        }
    }

    /// <summary>Before the end of the response: resets the stream.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            ReleaseIfDisposedUnderLock();
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
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
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

    private void ReleaseIfDisposedUnderLock()
    {
        if (_disposed && !_reading)
        {
            Return();
            _buffer = [];
            _start = _end = 0;
        }
    }

    private void Return()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
