using System.Buffers;

namespace Grpc.Core;

/// <summary>Collects one message in memory.</summary>
internal sealed class BufferSerializationContext : SerializationContext
{
    private readonly ArrayBufferWriter<byte> _writer = new();
    private byte[]? _payload;

    public override void Complete(byte[] payload) => _payload = payload;

    public override IBufferWriter<byte> GetBufferWriter() => _writer;

    public override void Complete()
    {
    }

    public byte[] ToArray() => _payload ?? _writer.WrittenSpan.ToArray();
}
