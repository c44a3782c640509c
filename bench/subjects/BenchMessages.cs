using System.Buffers.Binary;
using Google.Protobuf;
using OpsMesh.Bench.V1;

namespace OpsMesh.Bench.Subjects;

/// <summary>The same messages for every subject: sizes must not differ between ours and its peer.</summary>
internal static class BenchMessages
{
    public const string Beat = "/opsmesh.bench.v1.BenchService/Beat";
    public const string Follow = "/opsmesh.bench.v1.BenchService/Follow";

    private const int PrefixBytes = 5;

    public static BeatRequest Request() => new()
    {
        NodeId = "0b9f3c52-6a0e-7c1d-9d53-2f6f1a7b8c9d",
        SessionEpoch = 0x0123_4567_89AB_CDEF,
        SentUnixNs = 0x1762_0000_0000_0000,
        Seq = 0x0020_0000,
    };

    public static BeatReply Reply() => new() { ReceivedUnixNs = 0x1762_0000_0000_0001, IntervalMs = 5_000, ConfigGeneration = 3 };

    public static byte[] Frame(IMessage message)
    {
        var frame = new byte[PrefixBytes + message.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - PrefixBytes));
        message.WriteTo(frame.AsSpan(PrefixBytes));
        return frame;
    }

    /// <summary>The one message of a buffer that holds nothing else.</summary>
    public static BeatReply ReadFrame(ReadOnlySpan<byte> frame) =>
        frame.Length >= PrefixBytes && frame[0] == 0 && BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) == frame.Length - PrefixBytes
            ? BeatReply.Parser.ParseFrom(frame[PrefixBytes..])
            : throw new InvalidDataException($"{frame.Length} bytes are not one frame.");
}
