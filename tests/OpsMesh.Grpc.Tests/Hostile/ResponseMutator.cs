using Google.Protobuf;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Answers that are a little wrong, the same ones for the same seed.</summary>
internal sealed class ResponseMutator(Random random)
{
    private static readonly byte[] Honest = new EchoReply { Text = "mutate me", Payload = ByteString.CopyFrom(1, 2, 3) }.ToByteArray();

    private static readonly (string Name, string Value)[][] Heads =
    [
        [("grpc-encoding", "gzip")], [("x-bin", "AAEC")], [("content-length", "21")], [],
    ];

    private static readonly (string Name, string Value)[][] Tails =
    [
        [("grpc-status", "13"), ("grpc-message", "%C3%BCber %zz %")], [("grpc-status", "0"), ("x-bin", "AAEC,AAE=")],
        [("grpc-status", "16"), ("grpc-status-details-bin", "CAUSBGdvbmU")], [("grpc-status", "0")],
    ];

    public HostileAnswer Next(int stream)
    {
        (string Name, string Value)[] head = [.. HostileAnswer.Head, .. Heads[random.Next(Heads.Length)]];
        var body = RawCall.Message(Honest);
        var tail = Tails[random.Next(Tails.Length)];
        switch (random.Next(8))
        {
            case 0 or 1:
                body = ByteMutation.Mutate(body, random);
                break;
            case 2:
                Damage(head);
                break;
            case 3:
                tail = [.. tail];
                Damage(tail);
                break;
            case 4:
                return new(Broken(stream, head, body, tail), HangsUp: true);
            case 5:
                return new([.. Broken(stream, head, body, tail), .. HostileAnswer.ResetFrame(stream, random.Next(15))], HangsUp: true);
            case 6:
                return new(ByteMutation.Mutate(Whole(stream, head, body, tail), random), HangsUp: true);
            default:
                return new([.. Noise(), .. Whole(stream, head, body, tail)], HangsUp: true);
        }

        return new(Whole(stream, head, body, tail));
    }

    private static byte[] Whole(int stream, (string Name, string Value)[] head, byte[] body, (string Name, string Value)[] tail) =>
        [.. HostileAnswer.HeadersFrame(stream, false, head), .. HostileAnswer.DataFrame(stream, body), .. HostileAnswer.HeadersFrame(stream, true, tail)];

    /// <summary>Only some of the parts.</summary>
    private byte[] Broken(int stream, (string Name, string Value)[] head, byte[] body, (string Name, string Value)[] tail)
    {
        byte[][] parts =
        [
            HostileAnswer.HeadersFrame(stream, false, head), HostileAnswer.DataFrame(stream, body),
            HostileAnswer.HeadersFrame(stream, true, tail), HostileAnswer.GoAwayFrame(stream, random.Next(14)),
        ];
        return [.. parts.Where(_ => random.Next(2) == 0).SelectMany(part => part)];
    }

    private byte[] Noise()
    {
        var payload = new byte[random.Next(64)];
        random.NextBytes(payload);
        return new RawFrame((byte)random.Next(20), (byte)random.Next(256), random.Next(8), payload).ToBytes();
    }

    private void Damage((string Name, string Value)[] fields)
    {
        var index = random.Next(fields.Length);
        fields[index] = (fields[index].Name, ByteMutation.Mutate(fields[index].Value, random));
    }
}
