namespace OpsMesh.Yaml;

/// <summary>Words of messages.</summary>
internal static class YamlText
{
    private const int MostShown = 80;

    /// <summary>A hostile value must not fill a log line.</summary>
    public static string Short(string text)
    {
        var line = string.Create(Math.Min(text.Length, MostShown), text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
        return text.Length > MostShown ? line + "..." : line;
    }

    /// <summary>The known word within two edits, or null.</summary>
    public static string? Nearest(string word, ReadOnlySpan<string> known)
    {
        string? best = null;
        var bestEdits = 3;
        foreach (var candidate in known)
        {
            var edits = word.Length > 64 ? int.MaxValue : Edits(word, candidate);
            if (edits < bestEdits && edits < candidate.Length)
            {
                (best, bestEdits) = (candidate, edits);
            }
        }

        return best;
    }

    private static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
