using System.Buffers.Text;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Metadata as header fields: base64 for "-bin" keys, names that belong to the protocol left out.</summary>
internal static class MetadataWire
{
    private static readonly HashSet<string> ProtocolHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        GrpcHeaders.Encoding, GrpcHeaders.AcceptEncoding, GrpcHeaders.Timeout, GrpcHeaders.Status, GrpcHeaders.Message,
        "content-type", "te", "host", "accept-encoding", "transfer-encoding", "connection",
    };

    public static bool IsProtocol(string name) => ProtocolHeaders.Contains(name);

    /// <exception cref="FormatException">A "-bin" value is not base64.</exception>
    public static void Add(Metadata metadata, string name, string value)
    {
        if (name.Length == 0 || name[0] == ':' || IsProtocol(name))
        {
            return;
        }

        var key = name.ToLowerInvariant();
        if (!Metadata.Entry.HasBinarySuffix(key))
        {
            metadata.Add(Metadata.Entry.Received(key, value));
            return;
        }

        // Several values of one name may arrive joined by commas, which base64 has none of.
        foreach (var part in value.AsSpan().Split(','))
        {
            metadata.Add(Metadata.Entry.Received(key, DecodeBase64(value.AsSpan(part).Trim())));
        }
    }

    public static string Encode(Metadata.Entry entry) => entry.IsBinary
        ? Convert.ToBase64String(entry.RawBytes).TrimEnd('=')
        : entry.Value;

    /// <summary>A value that would break the header block, or forge another header, is refused before anything is sent.</summary>
    public static bool IsSendable(Metadata.Entry entry) =>
        entry.IsBinary || !entry.Value.AsSpan().ContainsAnyExceptInRange('\x20', '\x7e');

    private static byte[] DecodeBase64(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd('=');
        Span<char> padded = new char[(text.Length + 3) / 4 * 4];
        text.CopyTo(padded);
        padded[text.Length..].Fill('=');
        return Base64.IsValid(padded)
            ? Convert.FromBase64String(padded.ToString())
            : throw new FormatException("A binary metadata value is not base64.");
    }
}
