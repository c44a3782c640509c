using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
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
    private const int Unknown = -1;

    // A slot, and not the encoder itself: each question for a thread's own costs a call.
    [ThreadStatic]
    private static Slot? _slot;

    private IBufferWriter<byte>? _target;
    private CompressionLevel? _level;
    private int? _limit;
    private ICompressionProvider? _provider;
    private State _state;
    private int _length = Unknown;
    private byte[] _block = [];
    private int _payload;
    private int _position;
    private int _end;
    private PooledBuffer? _collected;

    /// <param name="target">Takes all messages of this encoder, which one thread at a time uses.</param>
    public MessageEncoder(IBufferWriter<byte> target, CompressionLevel? level, int? limit) => Bind(target, level, limit);

    private MessageEncoder()
    {
    }

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

    /// <summary>Half a frame stands in the target: nothing sensible can follow it.</summary>
    public bool IsTorn => _state == State.InTarget;

    /// <summary>One message, with an encoder of the thread.</summary>
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
        var encoder = Rent(target, level, limit);
        try
        {
            encoder.Start(provider);
            serializer(message, encoder);
            encoder.Finish();
        }
        finally
        {
            Return(encoder);
        }
    }

    /// <summary>An encoder of this thread, to be given back on it.</summary>
    public static MessageEncoder Rent(IBufferWriter<byte> target, CompressionLevel? level, int? limit)
    {
        var slot = _slot ??= new();
        var encoder = slot.Free ?? new MessageEncoder();
        slot.Free = null;
        encoder.Bind(target, level, limit);
        return encoder;
    }

    public static void Return(MessageEncoder encoder)
    {
        encoder.Abandon();
        encoder.Bind(null, null, null);
        encoder._block = [];
        (_slot ??= new()).Free = encoder;
    }

    /// <summary>A message follows; then <see cref="Finish"/>, or <see cref="Abandon"/>.</summary>
    /// <param name="provider">Compresses; null for a plain frame.</param>
    public void Start(ICompressionProvider? provider) => _provider = provider;

    /// <exception cref="InvalidOperationException">The serializer did not complete its message.</exception>
    public void Finish()
    {
        if (_state != State.Completed)
        {
            throw new InvalidOperationException("The serializer did not complete its message.");
        }

        Abandon();
    }

    /// <summary>Forgets the message; its frame stays where it is.</summary>
    public void Abandon()
    {
        _state = State.Open;
        _length = Unknown;
        if (_collected is not null)
        {
            _collected.Dispose();
            _collected = null;
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
            case State.InBlock when _position - _payload != _length:
                throw new InvalidOperationException($"The message is {_position - _payload} bytes long and said {_length}.");
            case State.InBlock:
                FrameHeader.Write(_block.AsSpan(_payload - FrameHeader.Size), _length, compressed: false);
                _target!.Advance(FrameHeader.Size + _length);
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

        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_end - _position), nameof(count));
        _position += count;
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) =>
        HasRoom(sizeHint) ? _block.AsMemory(_position, _end - _position) : _collected!.GetMemory(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) =>
        HasRoom(sizeHint) ? _block.AsSpan(_position, _end - _position) : _collected!.GetSpan(sizeHint);

    private void Bind(IBufferWriter<byte>? target, CompressionLevel? level, int? limit)
    {
        _target = target;
        _level = level;
        _limit = limit;
    }

    private void Begin()
    {
        if (_provider is not null || _length == Unknown)
        {
            _collected = new PooledBuffer(_length == Unknown ? 512 : _length);
            _state = State.Collecting;
            return;
        }

        // A buffer of our own grows in one piece; a pipe would leave the rest of its block behind.
        var memory = _target!.GetMemory(_target is PooledBuffer ? FrameHeader.Size + _length : FrameHeader.Size);
        if (memory.Length - FrameHeader.Size >= _length && MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> block))
        {
            if (_block != block.Array)
            {
                _block = block.Array!;
            }

            _payload = _position = block.Offset + FrameHeader.Size;
            _end = block.Offset + block.Count;
            _state = State.InBlock;
            return;
        }

        WriteHeader(_length, compressed: false);
        _state = State.InTarget;
    }

    /// <summary>A serializer may ask for more room than it will use, or write more than it said: then the message is collected after all.</summary>
    private bool HasRoom(int sizeHint)
    {
        if (_state != State.InBlock)
        {
            return false;
        }

        if (_end - _position >= Math.Max(1, sizeHint))
        {
            return true;
        }

        var written = _position - _payload;
        _collected = new PooledBuffer(written + sizeHint);
        _block.AsSpan(_payload, written).CopyTo(_collected.GetSpan(written));
        _collected.Advance(written);
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

    private sealed class Slot
    {
        public MessageEncoder? Free { get; set; }
    }
}
