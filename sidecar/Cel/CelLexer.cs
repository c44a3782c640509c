using System.Globalization;
using System.Text;

namespace OpsMesh.Sidecar.Cel;

/// <summary>Cuts an expression into tokens.</summary>
internal static class CelLexer
{
    private static readonly string[] Symbols =
        ["||", "&&", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", "{", "}", ",", ".", "?", ":", "+", "-", "*", "/", "%"];

    public static List<CelToken> Read(string text)
    {
        List<CelToken> tokens = [];
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                tokens.Add(new CelToken(CelTokenKind.End, "", at + 1));
                return tokens;
            }

            tokens.Add(Next(text, ref at));
        }
    }

    private static CelToken Next(string text, ref int at)
    {
        var start = at;
        var first = text[at];
        if (char.IsAsciiLetter(first) || first == '_')
        {
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            {
                at++;
            }

            return new CelToken(CelTokenKind.Identifier, text[start..at], start + 1);
        }

        if (char.IsAsciiDigit(first))
        {
            return Number(text, ref at);
        }

        if (first is '"' or '\'')
        {
            return Text(text, ref at);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
            {
                at += symbol.Length;
                return new CelToken(CelTokenKind.Symbol, symbol, start + 1);
            }
        }

        throw new CelException($"column {start + 1}: '{first}' is not expected here");
    }

    private static CelToken Number(string text, ref int at)
    {
        var start = at;
        var isReal = false;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])) || text[at] is 'e' or 'E'))
        {
            isReal |= text[at] is '.' or 'e' or 'E';
            at += text[at] is 'e' or 'E' && at + 1 < text.Length && text[at + 1] is '+' or '-' ? 2 : 1;
        }

        return new CelToken(isReal ? CelTokenKind.Real : CelTokenKind.Integer, text[start..at], start + 1);
    }

    private static CelToken Text(string text, ref int at)
    {
        var start = at;
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                Escape(text, ref at, value);
                continue;
            }

            value.Append(text[at++]);
        }

        if (at == text.Length)
        {
            throw new CelException($"column {start + 1}: the text that begins here has no end");
        }

        at++;
        return new CelToken(CelTokenKind.Text, value.ToString(), start + 1);
    }

    private static void Escape(string text, ref int at, StringBuilder value)
    {
        var escaped = text[at + 1];
        if (escaped == 'u' && at + 5 < text.Length
            && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            value.Append((char)code);
            at += 6;
            return;
        }

        value.Append(escaped switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '\\' or '"' or '\'' or '?' or '`' => escaped,
            _ => throw new CelException($"column {at + 1}: '\\{escaped}' is no escape"),
        });
        at += 2;
    }
}
