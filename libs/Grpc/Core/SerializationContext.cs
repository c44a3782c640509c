using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a marshaller puts one message: either <see cref="Complete(byte[])"/>, or a length, the writer, and <see cref="Complete()"/>.</summary>
public abstract class SerializationContext
{
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Bytes of the message; optional, and before <see cref="GetBufferWriter"/>. Known lengths go straight into the pipe.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    public virtual void Complete() => throw new NotImplementedException();
}
