using System.Text;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Texts as Go's formatting writes them, where daprd's messages hold such.</summary>
internal static class GoText
{
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' or '\x7f' => quoted.Append("\\x").Append(Convert.ToHexStringLower([(byte)c])),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>What Go's HTTP client says when a request fails.</summary>
    public static string Request(string verb, Uri address, string problem) => $"{verb[..1]}{verb[1..].ToLowerInvariant()} \"{address.OriginalString}\": {problem}";
}
