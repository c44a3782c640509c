using static OpsMesh.Grpc.Tests.Hostile.RawFrame;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>What a server sends, and whether it closes its side of the connection after that.</summary>
internal sealed record HostileAnswer(byte[] Bytes, bool HangsUp = false)
{
    public static readonly (string Name, string Value)[] Head = [(":status", "200"), ("content-type", "application/grpc")];

    public static readonly (string Name, string Value)[] Tail = [("grpc-status", "0")];

    public static byte[] HeadersFrame(int stream, bool ends, params IEnumerable<(string Name, string Value)> fields) =>
        new RawFrame(Headers, ends ? (byte)(EndHeaders | EndStream) : EndHeaders, stream, HeaderBlock.Encode(fields)).ToBytes();

    public static byte[] DataFrame(int stream, byte[] body) => new RawFrame(Data, 0, stream, body).ToBytes();

    public static byte[] ResetFrame(int stream, int code) => new RawFrame(ResetStream, 0, stream, [0, 0, 0, (byte)code]).ToBytes();

    public static byte[] GoAwayFrame(int lastStream, int code) => new RawFrame(GoAway, 0, 0, [0, 0, 0, (byte)lastStream, 0, 0, 0, (byte)code]).ToBytes();

    /// <summary>An answer as it should be.</summary>
    public static byte[] Honest(int stream, byte[] message) =>
        [.. HeadersFrame(stream, false, Head), .. DataFrame(stream, RawCall.Message(message)), .. HeadersFrame(stream, true, Tail)];
}
