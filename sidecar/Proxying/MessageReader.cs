using System.Buffers.Binary;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>Reads whole messages, decompressed, where they cannot pass as they are.</summary>
internal sealed class MessageReader(Stream stream, int maxBytes, bool isGzip)
{
    private readonly byte[] _prefix = new byte[FrameScanner.PrefixLength];

    /// <summary>Why there are no more; null: the stream ended well.</summary>
    public ProxyRefusal? Refusal { get; private set; }

    /// <returns>Null at the end, and when a message is refused.</returns>
    public async Task<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        var got = await stream.ReadAtLeastAsync(_prefix, _prefix.Length, throwOnEndOfStream: false, cancellationToken);
        if (got < _prefix.Length)
        {
            Refusal = got == 0 ? null : ProxyRefusal.CutOff;
            return null;
        }

        var scanner = new FrameScanner(maxBytes, isGzip);
        _ = scanner.Pass(_prefix);
        if (scanner.Refusal is { } refused)
        {
            Refusal = refused;
            return null;
        }

        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(_prefix.AsSpan(1))];
        if (await stream.ReadAtLeastAsync(message, message.Length, throwOnEndOfStream: false, cancellationToken) < message.Length)
        {
            Refusal = ProxyRefusal.CutOff;
            return null;
        }

        if (_prefix[0] == 0)
        {
            return message;
        }

        var plain = GzipMessages.Inflate(message, maxBytes, out var refusal);
        Refusal = refusal;
        return plain;
    }
}
