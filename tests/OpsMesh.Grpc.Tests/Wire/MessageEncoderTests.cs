using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;

namespace OpsMesh.Grpc.Tests.Wire;

/// <summary>What marshallers may do with the writer they are given, whoever wrote them.</summary>
public sealed class MessageEncoderTests
{
    private static readonly byte[] Message = [.. Enumerable.Range(0, 300).Select(i => (byte)i)];

    private readonly Pipe _pipe = new(new PipeOptions(minimumSegmentSize: 64, useSynchronizationContext: false));

    [Fact]
    public void MessageThatFitsItsBlock_IsOneFrame()
    {
        Assert.Equal(Frame(Message[..20]), Encode(context => WriteKnown(context, Message[..20], said: 20, askedFor: 0)));
    }

    [Fact]
    public void MessageLargerThanABlock_IsOneFrame()
    {
        Assert.Equal(Frame(Message), Encode(context => WriteKnown(context, Message, said: 300, askedFor: 0)));
    }

    [Fact]
    public void MarshallerThatAsksForMoreRoomThanItUses_IsServed()
    {
        Assert.Equal(Frame(Message[..20]), Encode(context => WriteKnown(context, Message[..20], said: 20, askedFor: 5000)));
    }

    [Fact]
    public void MarshallerThatAsksForMoreRoomHalfway_KeepsWhatItWrote()
    {
        var bytes = Encode(context =>
        {
            context.SetPayloadLength(20);
            var writer = context.GetBufferWriter();
            writer.Write(Message.AsSpan(0, 10));
            Message.AsSpan(10, 10).CopyTo(writer.GetSpan(5000));
            writer.Advance(10);
            context.Complete();
        });

        Assert.Equal(Frame(Message[..20]), bytes);
    }

    [Fact]
    public void MessageOfAnotherLengthThanItSaid_LeavesNothingBehind()
    {
        Assert.Throws<InvalidOperationException>(() => Encode(context => WriteKnown(context, Message[..20], said: 21, askedFor: 0)));

        Assert.Equal(0, _pipe.Writer.UnflushedBytes);
    }

    [Fact]
    public void MarshallerThatFailsHalfway_LeavesNothingBehind()
    {
        Assert.Throws<FormatException>(() => Encode(context =>
        {
            context.SetPayloadLength(20);
            context.GetBufferWriter().Write(Message.AsSpan(0, 10));
            throw new FormatException();
        }));

        Assert.Equal(0, _pipe.Writer.UnflushedBytes);
        Assert.Equal(Frame(Message[..20]), Encode(context => WriteKnown(context, Message[..20], said: 20, askedFor: 0)));
    }

    [Fact]
    public void MessageWithoutLength_IsOneFrame()
    {
        Assert.Equal(Frame(Message), Encode(context =>
        {
            context.GetBufferWriter().Write(Message);
            context.Complete();
        }));
    }

    [Fact]
    public void MessageInOnePiece_IsOneFrame()
    {
        Assert.Equal(Frame(Message), Encode(context => context.Complete(Message)));
    }

    private static byte[] Frame(byte[] message) => [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static void WriteKnown(SerializationContext context, byte[] message, int said, int askedFor)
    {
        context.SetPayloadLength(said);
        var writer = context.GetBufferWriter();
        ReadOnlySpan<byte> rest = message;
        while (!rest.IsEmpty)
        {
            var room = writer.GetSpan(askedFor);
            var part = rest[..Math.Min(room.Length, rest.Length)];
            part.CopyTo(room);
            writer.Advance(part.Length);
            rest = rest[part.Length..];
        }

        context.Complete();
    }

    [Fact]
    public void MarshallerThatFailsBehindItsHeader_LeavesATornTarget()
    {
        var encoder = new MessageEncoder(_pipe.Writer, level: null, limit: null);
        encoder.Start(null);
        encoder.SetPayloadLength(300);
        encoder.GetBufferWriter();

        Assert.True(encoder.IsTorn);
        Assert.Throws<InvalidOperationException>(() => encoder.Complete(Message));
    }

    [Fact]
    public void EncoderOfAStream_TakesOneMessageAfterTheOther()
    {
        var encoder = new MessageEncoder(_pipe.Writer, level: null, limit: null);
        byte[] expected = [];
        for (var length = 0; length < 300; length += 7)
        {
            encoder.Start(null);
            WriteKnown(encoder, Message[..length], length, askedFor: length % 5);
            encoder.Finish();
            expected = [.. expected, .. Frame(Message[..length])];
        }

        Assert.Equal(expected, Written());
    }

    private byte[] Encode(Action<SerializationContext> marshal)
    {
        MessageEncoder.Encode("", (_, context) => marshal(context), _pipe.Writer, provider: null, level: null, limit: null);
        return Written();
    }

    private byte[] Written()
    {
#pragma warning disable VSTHRD002 // A pipe without limit completes at once.
        _pipe.Writer.FlushAsync(TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        Assert.True(_pipe.Reader.TryRead(out var result));
        var bytes = result.Buffer.ToArray();
        _pipe.Reader.AdvanceTo(result.Buffer.End);
        return bytes;
    }
}
