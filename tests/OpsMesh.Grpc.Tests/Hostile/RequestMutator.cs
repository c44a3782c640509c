using System.IO.Compression;
using Google.Protobuf;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Requests that are a little wrong, the same ones for the same seed.</summary>
internal sealed class RequestMutator(Random random)
{
    private static readonly byte[] Honest = new EchoRequest { Text = "mutate me", Payload = ByteString.CopyFrom(1, 2, 3) }.ToByteArray();
    private static readonly byte[] Plain = RawCall.Message(Honest);
    private static readonly byte[] Packed = RawCall.Message(1, (uint)Gzip().Length, Gzip());

    private static readonly string[] Timeouts =
        ["1S", "0n", "1n", "2m", "0S", "-1S", "99999999H", "100000000S", "18446744073709551616S", "S", "1", "1s", "1 S", "0x1S", "1.5S", "+1S", "1M1S"];

    private static readonly string[] Base64 = ["AAEC", "AAE=", "AA", "AAEC,AAE=", "!", "====", "A", "AA=A", ",", "AAEC,,AA"];

    /// <summary>Well-formed HTTP/2 with damage inside.</summary>
    /// <returns>Also whether a gRPC status must come back: true unless the damage makes it no gRPC request at all.</returns>
    public (RawCall Call, bool IsGrpc) Next()
    {
        var fields = RawCall.Fields(RawCall.Methods[random.Next(RawCall.Methods.Length)]);
        var body = random.Next(4) == 0 ? Twice(Plain) : Plain;
        var isGrpc = true;
        switch (random.Next(5))
        {
            case 0:
                fields.Add(("grpc-encoding", "gzip"));
                body = ByteMutation.Mutate(Packed, random);
                break;
            case 1 or 2:
                body = ByteMutation.Mutate(body, random);
                break;
            case 3:
                fields.Add(Metadata());
                break;
            default:
                isGrpc = false;
                Damage(fields, random.Next(RawCall.ProtocolFields, fields.Count));
                break;
        }

        return (new(fields, body) { Split = body.Length > 1 && random.Next(3) == 0 ? random.Next(1, body.Length) : 0 }, isGrpc);
    }

    /// <summary>Bytes that break HTTP/2 itself, mostly.</summary>
    public byte[] NextBroken(int stream)
    {
        var (call, _) = Next();
        switch (random.Next(5))
        {
            case 0:
                return new RawFrame((byte)random.Next(20), (byte)random.Next(256), random.Next(stream + 4), Noise(random.Next(64))).ToBytes();
            case 1:
                var fields = call.Headers.ToList();
                Damage(fields, random.Next(RawCall.ProtocolFields));
                return (call with { Headers = fields }).ToBytes(stream);
            default:
                return ByteMutation.Mutate(call.ToBytes(stream), random);
        }
    }

    private void Damage(List<(string Name, string Value)> fields, int index) =>
        fields[index] = (fields[index].Name, ByteMutation.Mutate(fields[index].Value, random));

    private (string Name, string Value) Metadata() => random.Next(6) switch
    {
        0 => ("grpc-timeout", Timeouts[random.Next(Timeouts.Length)]),
        1 => ("grpc-timeout", ByteMutation.Mutate(Timeouts[random.Next(Timeouts.Length)], random)),
        2 => ("x-bin", Base64[random.Next(Base64.Length)]),
        3 => ("x-bin", ByteMutation.Mutate(Base64[random.Next(Base64.Length)], random)),
        4 => ("grpc-encoding", ByteMutation.Mutate("gzip", random)),
        _ => ("grpc-accept-encoding", ByteMutation.Mutate("identity,gzip", random)),
    };

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static byte[] Twice(byte[] message) => [.. message, .. message];

    private static byte[] Gzip()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Honest);
        }

        return packed.ToArray();
    }
}
