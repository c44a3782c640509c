using System.Text;
using System.Text.Unicode;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>
/// What of an application is invoked: a path, decoded once and cleaned, without its first slash. Held as bytes, for a path need not be text.
/// </summary>
internal sealed class InvokedMethod
{
    private const string Unreserved = "-_.~";
    private const string Kept = "$&+,/:;=@";
    private const string AlsoValid = "!'()*[]%";

    // One char a byte.
    private readonly string _raw;

    private InvokedMethod(string raw) => _raw = Clean(raw);

    public string Text => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(_raw));

    public bool IsUtf8 => Utf8.IsValid(Encoding.Latin1.GetBytes(_raw));

    /// <summary>What makes it no method, in daprd's words; null: nothing.</summary>
    public string? Problem
    {
        get
        {
            if (_raw.AsSpan().IndexOfAny("#?\0") >= 0)
            {
                return $"method contains forbidden character: {GoText.Quote(Text)}";
            }

            for (var i = 0; i < _raw.Length; i++)
            {
                if (_raw[i] is < ' ' or '\x7f')
                {
                    return $"method contains control character at position {i}: {GoText.Quote(Text)}";
                }
            }

            return null;
        }
    }

    /// <summary>A percent sign that begins no escape, as it stands there; null: none.</summary>
    public string? BrokenEscape
    {
        get
        {
            for (var at = _raw.IndexOf('%', StringComparison.Ordinal); at >= 0; at = _raw.IndexOf('%', at + 1))
            {
                if (at + 2 >= _raw.Length || !char.IsAsciiHexDigit(_raw[at + 1]) || !char.IsAsciiHexDigit(_raw[at + 2]))
                {
                    return _raw[at..Math.Min(at + 3, _raw.Length)];
                }
            }

            return null;
        }
    }

    /// <param name="encoded">Of a request's path.</param>
    public static InvokedMethod FromPath(string encoded) => new(Unescape(encoded));

    public static InvokedMethod FromText(string text) => new(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)));

    /// <summary>As Go writes it into a request: as it is when all of it may stand in a path, else all of it is escaped anew.</summary>
    public string ToPath()
    {
        if (_raw.All(c => IsPlain(c) || AlsoValid.Contains(c, StringComparison.Ordinal)))
        {
            return _raw;
        }

        var path = new StringBuilder();
        foreach (var c in Unescape(_raw))
        {
            _ = IsPlain(c) ? path.Append(c) : path.Append('%').Append(Convert.ToHexString([(byte)c]));
        }

        return path.ToString();
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || Unreserved.Contains(c, StringComparison.Ordinal) || Kept.Contains(c, StringComparison.Ordinal);

    private static string Unescape(string text)
    {
        var raw = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                raw.Append((char)Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                raw.Append(text[i]);
            }
        }

        return raw.ToString();
    }

    private static string Clean(string path)
    {
        List<string> segments = [];
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment != "..")
            {
                segments.Add(segment);
            }
            else if (segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
        }

        segments.RemoveAll(s => s == ".");
        return string.Join('/', segments);
    }
}
