using static OpsMesh.Grpc.Tests.Hostile.RawFrame;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>A request to the echo service as it goes over the wire: well-formed HTTP/2 with whatever inside.</summary>
internal sealed record RawCall(IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    /// <summary>How many of <see cref="Fields"/> belong to HTTP/2 itself.</summary>
    public const int ProtocolFields = 5;

    public static readonly string[] Methods = ["Unary", "Expand", "Collect", "Chat"];

    /// <summary>Bytes of the body that go into a frame of their own before the rest.</summary>
    public int Split { get; init; }

    /// <summary>False: the request stays open.</summary>
    public bool Ends { get; init; } = true;

    public static List<(string Name, string Value)> Fields(string method) =>
    [
        (":method", "POST"), (":scheme", "http"), (":path", $"/opsmesh.grpc.tests.Echo/{method}"), (":authority", "localhost"),
        ("te", "trailers"), ("content-type", "application/grpc"),
    ];

    /// <summary>A gRPC frame.</summary>
    public static byte[] Message(byte flag, uint length, params byte[] payload) =>
        [flag, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. payload];

    public static byte[] Message(byte[] payload) => Message(0, (uint)payload.Length, payload);

    public byte[] ToBytes(int stream)
    {
        var end = Ends ? EndStream : (byte)0;
        var headers = new RawFrame(RawFrame.Headers, Body.Length == 0 ? (byte)(EndHeaders | end) : EndHeaders, stream, HeaderBlock.Encode(Headers));
        return Body.Length == 0 ? headers.ToBytes()
            : Split == 0 ? [.. headers.ToBytes(), .. new RawFrame(Data, end, stream, Body).ToBytes()]
            : [.. headers.ToBytes(), .. new RawFrame(Data, 0, stream, Body[..Split]).ToBytes(), .. new RawFrame(Data, end, stream, Body[Split..]).ToBytes()];
    }
}
