namespace OpsMesh.Sidecar.Tracing;

/// <summary>Whether a header <c>baggage</c> is well formed, as W3C has it: <c>key=value;property;key=value, ...</c>.</summary>
internal static class Baggage
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~";

    /// <returns>Null: nothing is wrong with it.</returns>
    public static string? Problem(string header)
    {
        foreach (var member in header.Split(','))
        {
            var parts = member.Split(';');
            var pair = parts[0].Split('=', 2);
            if (pair.Length < 2 || !IsToken(pair[0].Trim()) || !IsValue(pair[1].Trim()))
            {
                return $"invalid baggage list-member: \"{member}\"";
            }

            if (parts[1..].FirstOrDefault(p => !IsProperty(p)) is { } property)
            {
                return $"invalid baggage list-member property: \"{property}\"";
            }
        }

        return null;
    }

    private static bool IsProperty(string property)
    {
        var pair = property.Split('=', 2);
        return IsToken(pair[0].Trim()) && (pair.Length == 1 || IsValue(pair[1].Trim()));
    }

    private static bool IsToken(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || TokenMarks.Contains(c, StringComparison.Ordinal));

    private static bool IsValue(string text) => text.All(c => c is > ' ' and <= '~' and not ('"' or ',' or ';' or '\\'));
}
