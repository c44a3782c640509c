using System.Buffers;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Wire;

/// <summary>One payload to one message, decompressed on the way when it has to be.</summary>
internal sealed class MessageDecoder : DeserializationContext
{
    [ThreadStatic]
    private static Slot? _slot;

    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <param name="provider">Decompresses; null when the payload is plain.</param>
    /// <param name="limit">Most bytes after decompression; null means no limit.</param>
    public static T Decode<T>(
        Func<DeserializationContext, T> deserializer, in ReadOnlySequence<byte> payload, ICompressionProvider? provider, int? limit)
    {
        if (provider is null)
        {
            return Decode(deserializer, payload);
        }

        using var plain = Decompression.Run(provider, payload, limit);
        return Decode(deserializer, new ReadOnlySequence<byte>(plain.Written));
    }

    private static T Decode<T>(Func<DeserializationContext, T> deserializer, in ReadOnlySequence<byte> payload)
    {
        var slot = _slot ??= new();
        var context = slot.Free ?? new MessageDecoder();
        slot.Free = null;
        context._payload = payload;
        try
        {
            return deserializer(context);
        }
        catch (Exception malformed) when (malformed is not RpcException)
        {
            // The peer's fault, and not a fault of the transport, as the IOException that protobuf throws would say.
            throw new RpcException(new(StatusCode.Internal, "A message could not be deserialized.", malformed));
        }
        finally
        {
            context._payload = default;
            slot.Free = context;
        }
    }

    private sealed class Slot
    {
        public MessageDecoder? Free { get; set; }
    }
}
