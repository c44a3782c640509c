using System.Globalization;
using System.Text;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Header blocks by hand: literal fields without indexing and without Huffman coding.</summary>
internal static class HeaderBlock
{
    private const int StatusName = 8;

    private static readonly int[] KnownStatuses = [200, 204, 206, 304, 400, 404, 500];

    public static byte[] Encode(IEnumerable<(string Name, string Value)> fields)
    {
        var block = new List<byte>(256);
        foreach (var (name, value) in fields)
        {
            block.Add(0);
            AddText(block, name);
            AddText(block, value);
        }

        return [.. block];
    }

    /// <summary>:status and grpc-status in a block of a peer that was told to keep no dynamic table; null where absent.</summary>
    public static (int? Http, int? Grpc) ReadStatuses(ReadOnlySpan<byte> block)
    {
        (int? Http, int? Grpc) found = default;
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
            {
                var index = ReadInteger(ref block, 7);
                found.Http = index is >= StatusName and < StatusName + 7 ? KnownStatuses[index - StatusName] : found.Http;
            }
            else if ((first & 0xe0) == 0x20)
            {
                ReadInteger(ref block, 5);
            }
            else
            {
                var name = ReadInteger(ref block, (first & 0x40) != 0 ? 6 : 4);
                var text = name == 0 ? ReadText(ref block) : name == StatusName ? ":status" : "";
                var value = ReadText(ref block);
                found = text switch
                {
                    ":status" => found with { Http = int.Parse(value, CultureInfo.InvariantCulture) },
                    "grpc-status" => found with { Grpc = int.Parse(value, CultureInfo.InvariantCulture) },
                    _ => found,
                };
            }
        }

        return found;
    }

    private static void AddText(List<byte> block, string text)
    {
        AddInteger(block, text.Length, 7);
        block.AddRange(Encoding.Latin1.GetBytes(text));
    }

    private static void AddInteger(List<byte> block, int value, int prefixBits)
    {
        var most = (1 << prefixBits) - 1;
        if (value < most)
        {
            block.Add((byte)value);
            return;
        }

        block.Add((byte)most);
        for (value -= most; value >= 128; value >>= 7)
        {
            block.Add((byte)(value & 127 | 128));
        }

        block.Add((byte)value);
    }

    private static int ReadInteger(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        var most = (1 << prefixBits) - 1;
        var value = block[0] & most;
        block = block[1..];
        for (var shift = 0; value >= most && shift < 28; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            value += (next & 127) << shift;
            if (next < 128)
            {
                break;
            }
        }

        return value;
    }

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        var length = ReadInteger(ref block, 7);
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }
}
