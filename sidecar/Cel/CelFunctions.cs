using System.Globalization;
using System.Text.RegularExpressions;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.Cel;

/// <summary>The functions that an expression may call; a method is a function whose first argument stands before the dot.</summary>
internal static class CelFunctions
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromMilliseconds(100);

    public static bool IsFunction(string name, int arguments) => (name, arguments) is
        ("size" or "int" or "uint" or "double" or "string" or "bool" or "timestamp" or "duration" or "dyn", 1) or ("matches", 2);

    public static bool IsMethod(string name, int arguments) => (name, arguments) is
        ("size", 0) or ("startsWith" or "endsWith" or "contains" or "matches", 1);

    public static object? Call(string name, object?[] arguments) => (name, arguments) switch
    {
        ("startsWith", [string text, string part]) => text.StartsWith(part, StringComparison.Ordinal),
        ("endsWith", [string text, string part]) => text.EndsWith(part, StringComparison.Ordinal),
        ("contains", [string text, string part]) => text.Contains(part, StringComparison.Ordinal),
        ("matches", [string text, string pattern]) => Matches(text, pattern),
        ("size", [string text]) => (long)text.EnumerateRunes().Count(),
        ("size", [object?[] list]) => (long)list.Length,
        ("size", [IReadOnlyDictionary<string, object?> map]) => (long)map.Count,
        ("int" or "uint", [long whole]) => whole,
        ("int" or "uint", [double real]) when Math.Abs(real) < long.MaxValue => (long)real,
        ("int" or "uint", [string text]) when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        ("double", [long or double]) => CelValues.Number(arguments[0]),
        ("double", [string text]) when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => real,
        ("string", [string text]) => text,
        ("string", [long whole]) => whole.ToString(CultureInfo.InvariantCulture),
        ("string", [double real]) => real.ToString("R", CultureInfo.InvariantCulture),
        ("string", [bool flag]) => flag ? "true" : "false",
        ("bool", [bool flag]) => flag,
        ("bool", ["true"]) => true,
        ("bool", ["false"]) => false,
        ("dyn", [var value]) => value,
        ("timestamp", [string text]) when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        ("duration", [string text]) when GoDuration.Parse(text) is { } duration => duration,
        _ => throw new CelException($"no such overload: {name}"),
    };

    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchLimit);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            throw new CelException($"matches: {e.Message}");
        }
    }
}
