using System.Buffers.Binary;
using Grpc.Core;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>Follows the boundaries of messages in bytes that pass, so that one that may not pass is found at its first byte.</summary>
internal struct FrameScanner(int maxBytes, bool knowsCompression)
{
    public const int PrefixLength = 5;

    private readonly byte[] _prefix = new byte[PrefixLength];
    private int _prefixed;
    private long _left;

    /// <summary>The bytes so far end within a message.</summary>
    public readonly bool IsWithin => _prefixed > 0 || _left > 0;

    /// <summary>Set once a message may not pass.</summary>
    public ProxyRefusal? Refusal { get; private set; }

    /// <returns>How many of the bytes may pass.</returns>
    public int Pass(ReadOnlySpan<byte> bytes)
    {
        var passed = 0;
        while (passed < bytes.Length && Refusal is null)
        {
            if (_left > 0)
            {
                var taken = (int)Math.Min(_left, bytes.Length - passed);
                _left -= taken;
                passed += taken;
                continue;
            }

            var count = Math.Min(PrefixLength - _prefixed, bytes.Length - passed);
            bytes.Slice(passed, count).CopyTo(_prefix.AsSpan(_prefixed));
            _prefixed += count;
            if (_prefixed == PrefixLength)
            {
                Begin();
                _prefixed = 0;
            }

            passed += Refusal is null ? count : 0;
        }

        return passed;
    }

    private void Begin()
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(_prefix.AsSpan(1));
        _left = length;
        Refusal = _prefix[0] != 0 && !knowsCompression ? new ProxyRefusal(StatusCode.Internal, "grpc: compressed flag set with identity or empty encoding")
            : length > maxBytes ? ProxyRefusal.TooLarge(length, maxBytes)
            : null;
    }
}
