using System.Buffers;

namespace Grpc.Wire;

/// <summary>A growing buffer on the shared array pool; Dispose gives the array back.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int SmallBytes = 512;

    private byte[] _array;

    public PooledBuffer(int initialCapacity = SmallBytes)
    {
        _array = ArrayPool<byte>.Shared.Rent(Math.Max(16, initialCapacity));
        IsPooled = true;
    }

    private PooledBuffer(byte[] array) => _array = array;

    /// <summary>False: the array is small and of its own, so nobody has to wait with Dispose.</summary>
    public bool IsPooled { get; private set; }

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    public Span<byte> WrittenSpan => _array.AsSpan(0, Length);

    /// <summary>Takes nothing from the pool for as long as a small array of the right size will do.</summary>
    public static PooledBuffer ForOneFrame() => new([]);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(Length);
    }

    public void Clear() => Length = 0;

    public void Dispose()
    {
        var array = _array;
        _array = [];
        Length = 0;
        if (IsPooled && array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void Reserve(int sizeHint)
    {
        var wanted = Math.Max(1, sizeHint);
        if (_array.Length - Length >= wanted)
        {
            return;
        }

        if (!IsPooled && _array.Length == 0 && wanted <= SmallBytes)
        {
            _array = new byte[wanted];
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(checked((int)Math.Min(Array.MaxLength, Math.Max((long)_array.Length * 2, (long)Length + wanted))));
        WrittenSpan.CopyTo(larger);
        if (IsPooled)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        IsPooled = true;
        _array = larger;
    }
}
