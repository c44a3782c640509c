using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Wire;

/// <summary>
/// One message to one frame. A message that says its length goes straight into the target: into the target's current block, behind its
/// header, when the block has room for both (a pipe takes a lock for every block and every advance), else block by block. The others are
/// collected first.
/// </summary>
#pragma warning disable CA1001 // What it holds goes back after each message.
internal sealed class MessageEncoder : SerializationContext, IBufferWriter<byte>
#pragma warning restore CA1001
{
    [ThreadStatic]
    private static MessageEncoder? _cached;

    private IBufferWriter<byte>? _target;
    private ICompressionProvider? _provider;
    private CompressionLevel? _level;
    private int? _limit;
    private int? _length;
    private State _state;
    private Memory<byte> _block;
    private int _written;
    private PooledBuffer? _collected;

    private enum State
    {
        Open,

        /// <summary>The payload is being written into <see cref="_block"/>; the target knows nothing of it yet.</summary>
        InBlock,

        /// <summary>The header stands in the target, and the payload goes there.</summary>
        InTarget,

        Collecting,
        Completed,
    }

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
            if (encoder._state != State.Completed)
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
        if (_state == State.Open)
        {
            Begin();
        }

        return _state switch
        {
            State.InBlock => this,
            State.InTarget => _target!,
            State.Collecting => _collected!,
            _ => throw new InvalidOperationException("The message is complete."),
        };
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (_state == State.InTarget)
        {
            throw new InvalidOperationException("A part of the message has been written already.");
        }

        CheckLimit(payload.Length);
        WriteFrame(payload);
        _state = State.Completed;
    }

    public override void Complete()
    {
        switch (_state)
        {
            case State.InBlock when _written != _length:
                throw new InvalidOperationException($"The message is {_written} bytes long and said {_length}.");
            case State.InBlock:
                FrameHeader.Write(_block.Span, _written, compressed: false);
                _target!.Advance(FrameHeader.Size + _written);
                break;
            case State.Open or State.Collecting:
                CheckLimit(_collected?.Length ?? 0);
                WriteFrame(_collected is null ? default : _collected.WrittenSpan);
                break;
        }

        _state = State.Completed;
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        if (_state == State.Collecting)
        {
            _collected!.Advance(count);
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_block.Length - FrameHeader.Size - _written), nameof(count));
        _written += count;
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) =>
        HasRoom(sizeHint) ? _block[(FrameHeader.Size + _written)..] : _collected!.GetMemory(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) =>
        HasRoom(sizeHint) ? _block.Span[(FrameHeader.Size + _written)..] : _collected!.GetSpan(sizeHint);

    private void Begin()
    {
        if (_provider is not null || _length is not { } length)
        {
            _collected = new PooledBuffer(_length ?? 512);
            _state = State.Collecting;
            return;
        }

        // A buffer of our own grows in one piece; a pipe would leave the rest of its block behind.
        _block = _target!.GetMemory(_target is PooledBuffer ? FrameHeader.Size + length : FrameHeader.Size);
        if (_block.Length - FrameHeader.Size >= length)
        {
            _state = State.InBlock;
            return;
        }

        WriteHeader(length, compressed: false);
        _state = State.InTarget;
    }

    /// <summary>A serializer may ask for more room than it will use, or write more than it said: then the message is collected after all.</summary>
    private bool HasRoom(int sizeHint)
    {
        if (_state != State.InBlock)
        {
            return false;
        }

        if (_block.Length - FrameHeader.Size - _written >= Math.Max(1, sizeHint))
        {
            return true;
        }

        _collected = new PooledBuffer(_written + sizeHint);
        _block.Span.Slice(FrameHeader.Size, _written).CopyTo(_collected.GetSpan(_written));
        _collected.Advance(_written);
        _state = State.Collecting;
        return false;
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
        _state = State.Open;
        _block = default;
        _written = 0;
    }
}
