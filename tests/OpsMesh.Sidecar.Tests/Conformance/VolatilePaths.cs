using System.Text;
using System.Text.RegularExpressions;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>
/// The paths that a case names as changing each time. The recorders wrote them in three manners: from the root (<c>$.steps[*].ms</c>,
/// <c>steps[0].ms</c>), from a step (<c>response.headers.etag</c>) and anywhere (<c>..id</c>).
/// </summary>
internal sealed class VolatilePaths
{
    private const string OrderSuffix = "(order)";

    private readonly HashSet<string> _exact = new(StringComparer.Ordinal);
    private readonly List<Regex> _patterns = [];
    private readonly List<Regex> _unordered = [];

    public VolatilePaths(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            if (path.EndsWith(OrderSuffix, StringComparison.Ordinal))
            {
                _unordered.Add(Pattern(path[..^OrderSuffix.Length]));
            }
            else if (path.StartsWith("steps[", StringComparison.Ordinal) && !path.Contains('*', StringComparison.Ordinal))
            {
                _exact.Add(path);
            }
            else
            {
                _patterns.Add(Pattern(path));
            }
        }
    }

    public bool Covers(string path) => _exact.Contains(path) || _patterns.Any(p => p.IsMatch(path));

    /// <summary>An array whose items come in any order.</summary>
    public bool IsUnordered(string path) => _unordered.Any(p => p.IsMatch(path));

    private static Regex Pattern(string path)
    {
        var text = path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;
        var pattern = new StringBuilder("^");
        if (text.StartsWith("..", StringComparison.Ordinal))
        {
            pattern.Append(@".*\.");
            text = text[2..];
        }
        else if (!text.StartsWith("steps[", StringComparison.Ordinal) && !text.StartsWith("result", StringComparison.Ordinal))
        {
            pattern.Append(@"steps\[\d+\]\.");
        }

        var escaped = Regex.Escape(text).Replace(@"\[\*]", @"\[\d+\]", StringComparison.Ordinal).Replace(@"\.\.", @"\..*?", StringComparison.Ordinal).Replace(@"\*", @"[^.\[]+", StringComparison.Ordinal);
        return new Regex(pattern.Append(escaped).Append('$').ToString(), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }
}
