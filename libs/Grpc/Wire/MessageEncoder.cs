using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Wire;

/// <summary>One message to one frame. A message that says its length goes straight into the target; the others are collected first.</summary>
internal sealed class MessageEncoder : SerializationContext
{
    [ThreadStatic]
    private static MessageEncoder? _cached;

    private IBufferWriter<byte>? _target;
    private ICompressionProvider? _provider;
    private CompressionLevel? _level;
    private int? _limit;
    private int? _length;
    private bool _direct;
    private bool _completed;
    private PooledBuffer? _collected;

    /// <param name="provider">Compresses; null for a plain frame.</param>
    /// <exception cref="RpcException">The message is over <paramref name="limit"/>; nothing was written.</exception>
    public static void Encode<T>(
        T message,
        Action<T, SerializationContext> serializer,
        IBufferWriter<byte> target,
        ICompressionProvider? provider,
        CompressionLevel? level,
        int? limit)
    {
        var encoder = _cached ?? new MessageEncoder();
        _cached = null;
        encoder._target = target;
        encoder._provider = provider;
        encoder._level = level;
        encoder._limit = limit;
        try
        {
            serializer(message, encoder);
            if (!encoder._completed)
            {
                throw new InvalidOperationException("The serializer did not complete its message.");
            }
        }
        finally
        {
            encoder.Reset();
            _cached = encoder;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        CheckLimit(payloadLength);
        _length = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_provider is not null || _length is not { } length)
        {
            return _collected ??= new PooledBuffer(_length ?? 512);
        }

        if (!_direct)
        {
            _direct = true;
            WriteHeader(length, compressed: false);
        }

        return _target!;
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        CheckLimit(payload.Length);
        WriteFrame(payload);
        _completed = true;
    }

    public override void Complete()
    {
        if (!_direct)
        {
            CheckLimit(_collected?.Length ?? 0);
            WriteFrame(_collected is null ? default : _collected.WrittenSpan);
        }

        _completed = true;
    }

    private void CheckLimit(int length)
    {
        if (length > _limit)
        {
            throw new RpcException(new(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size."));
        }
    }

    private void WriteFrame(ReadOnlySpan<byte> payload)
    {
        // An empty message stays plain: .NET's gzip writes nothing for it, which other decompressors refuse.
        if (_provider is null || payload.IsEmpty)
        {
            WriteHeader(payload.Length, compressed: false);
            _target!.Write(payload);
            return;
        }

        using var packed = new PooledBuffer(payload.Length);
        using (var compressor = _provider.CreateCompressionStream(new BufferWriterStream(packed), _level))
        {
            compressor.Write(payload);
        }

        WriteHeader(packed.Length, compressed: true);
        _target!.Write(packed.WrittenSpan);
    }

    private void WriteHeader(int length, bool compressed)
    {
        FrameHeader.Write(_target!.GetSpan(FrameHeader.Size), length, compressed);
        _target.Advance(FrameHeader.Size);
    }

    private void Reset()
    {
        _collected?.Dispose();
        _collected = null;
        _target = null;
        _provider = null;
        _level = null;
        _limit = null;
        _length = null;
        _direct = false;
        _completed = false;
    }
}
