using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpsMesh.Sidecar.Json;

/// <summary>
/// Writes JSON as Go's encoder does, because daprd parses what it is given and writes it again: members in order of their names,
/// numbers through a double, and &lt;, &gt;, &amp; escaped. What is stored or sent is therefore not always the text that came.
/// </summary>
internal static class GoJson
{
    /// <param name="escapeHtml">Writes &lt;, &gt; and &amp; as escapes.</param>
    public static byte[] Rewrite(JsonElement value, bool keepNumberText = false, bool escapeHtml = true)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(buffer, value, keepNumberText, escapeHtml);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(IBufferWriter<byte> output, JsonElement value, bool keepNumberText, bool escapeHtml = true)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(output, value, keepNumberText, escapeHtml);
                break;
            case JsonValueKind.Array:
                WriteArray(output, value, keepNumberText, escapeHtml);
                break;
            case JsonValueKind.String:
                WriteString(output, value.GetString()!, escapeHtml);
                break;
            case JsonValueKind.Number:
                WriteAscii(output, keepNumberText ? value.GetRawText() : Number(value.GetDouble()));
                break;
            default:
                WriteAscii(output, value.GetRawText());
                break;
        }
    }

    public static void WriteString(IBufferWriter<byte> output, string text, bool escapeHtml = true)
    {
        var escaped = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            AppendEscaped(escaped, rune, escapeHtml);
        }

        output.Write(Encoding.UTF8.GetBytes(escaped.Append('"').ToString()));
    }

    /// <summary>Shortest digits that read back the same; an exponent below 1e-6 and from 1e21.</summary>
    private static string Number(double number)
    {
        var size = Math.Abs(number);
        if (size == 0)
        {
            return double.IsNegative(number) ? "-0" : "0";
        }

        if (size is >= 1e-6 and < 1e21)
        {
            var plain = number.ToString("R", CultureInfo.InvariantCulture);
            return plain.Contains('E', StringComparison.Ordinal) ? decimal.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : plain;
        }

        var shortest = number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();
        var at = shortest.IndexOf('e', StringComparison.Ordinal);
        var exponent = int.Parse(shortest.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{shortest[..at]}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
    }

    private static void WriteObject(IBufferWriter<byte> output, JsonElement value, bool keepNumberText, bool escapeHtml)
    {
        // The last of two members with one name wins, as in Go's map.
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        WriteAscii(output, "{");
        var first = true;
        foreach (var (name, member) in members)
        {
            WriteAscii(output, first ? "" : ",");
            first = false;
            WriteString(output, name, escapeHtml);
            WriteAscii(output, ":");
            Write(output, member, keepNumberText, escapeHtml);
        }

        WriteAscii(output, "}");
    }

    private static void WriteArray(IBufferWriter<byte> output, JsonElement value, bool keepNumberText, bool escapeHtml)
    {
        WriteAscii(output, "[");
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            WriteAscii(output, first ? "" : ",");
            first = false;
            Write(output, item, keepNumberText, escapeHtml);
        }

        WriteAscii(output, "]");
    }

    private static void AppendEscaped(StringBuilder text, Rune rune, bool escapeHtml)
    {
        _ = rune.Value switch
        {
            '"' => text.Append("\\\""),
            '\\' => text.Append("\\\\"),
            '\n' => text.Append("\\n"),
            '\r' => text.Append("\\r"),
            '\t' => text.Append("\\t"),
            '\b' => text.Append("\\b"),
            '\f' => text.Append("\\f"),
            '<' or '>' or '&' when !escapeHtml => text.Append(rune.ToString()),
            < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029 => text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
            _ => text.Append(rune.ToString()),
        };
    }

    private static void WriteAscii(IBufferWriter<byte> output, string text) => Encoding.ASCII.GetBytes(text, output);
}
