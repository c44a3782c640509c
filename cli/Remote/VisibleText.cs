using System.Globalization;
using System.Text;

namespace OpsMesh.Cli.Remote;

/// <summary>
/// Text from elsewhere, safe for a terminal: control characters are written out, so that a log line can neither clear the screen nor
/// reach the clipboard nor look like another line.
/// </summary>
internal static class VisibleText
{
    public static string Of(string text)
    {
        StringBuilder? written = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (Escape(text[i]) is { } escape)
            {
                written ??= new StringBuilder(text, 0, i, text.Length + 16);
                written.Append(escape);
            }
            else
            {
                written?.Append(text[i]);
            }
        }

        return written?.ToString() ?? text;
    }

    private static string? Escape(char c) => c switch
    {
        '\t' => null,
        '\x1b' => "\\e",
        '\r' => "\\r",
        '\n' => "\\n",
        '\a' => "\\a",
        // C0, DEL and C1: 0x9B alone starts a sequence on some terminals.
        < ' ' or (>= '\x7f' and <= '\x9f') => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
        // Bidirectional controls reorder what stands around them; line separators break it.
        '\u061c' or '\u200e' or '\u200f' or '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\ufeff' =>
            string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
        _ => null,
    };
}
