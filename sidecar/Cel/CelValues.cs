using System.Text.Json;

namespace OpsMesh.Sidecar.Cel;

/// <summary>
/// The values of an expression: null, bool, long, double, string, DateTimeOffset, TimeSpan, lists and maps. JSON numbers are doubles;
/// numbers of both kinds compare by what they stand for.
/// </summary>
internal static class CelValues
{
    public static object? From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => element.EnumerateArray().Select(From).ToArray(),
        JsonValueKind.Object => Map(element),
        _ => null,
    };

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (long a, double b) => a == b,
        (double a, long b) => a == b,
        (object?[] a, object?[] b) => a.Length == b.Length && a.Zip(b).All(p => AreEqual(p.First, p.Second)),
        (IReadOnlyDictionary<string, object?> a, IReadOnlyDictionary<string, object?> b) =>
            a.Count == b.Count && a.All(m => b.TryGetValue(m.Key, out var other) && AreEqual(m.Value, other)),
        _ => Equals(left, right),
    };

    /// <exception cref="CelException">They have no order.</exception>
    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (long or double, long or double) => Number(left).CompareTo(Number(right)),
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (TimeSpan a, TimeSpan b) => a.CompareTo(b),
        _ => throw new CelException("no such overload"),
    };

    public static bool Bool(object? value) => value is bool b ? b : throw new CelException("no such overload: not a bool");

    public static double Number(object? value) => value switch
    {
        long whole => whole,
        double real => real,
        _ => throw new CelException("no such overload: not a number"),
    };

    private static Dictionary<string, object?> Map(JsonElement element)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            map[member.Name] = From(member.Value);
        }

        return map;
    }
}
