using System.Buffers;
using System.Globalization;

namespace OpsMesh.Sidecar.Resources;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>1.5s</c>, <c>200ms</c>.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <returns>Null when the text is no duration.</returns>
    public static TimeSpan? Parse(string text)
    {
        var rest = text.AsSpan();
        var sign = rest is ['-', ..] ? -1 : 1;
        rest = rest.TrimStart("+-");
        if (rest is "0")
        {
            return TimeSpan.Zero;
        }

        var total = 0.0;
        var parts = 0;
        for (; rest.Length > 0; parts++)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            rest = rest[digits..];
            var length = rest.IndexOfAny(NumberCharacters) is var next and >= 0 ? next : rest.Length;
            if (Seconds(rest[..length]) is not { } unit)
            {
                return null;
            }

            total += number * unit;
            rest = rest[length..];
        }

        return parts > 0 && total < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(sign * total) : null;
    }

    /// <summary>As Go writes it: <c>500ms</c>, <c>1.5s</c>, <c>1m0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration > TimeSpan.Zero && duration < TimeSpan.FromSeconds(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.###}ms");
        }

        var hours = duration.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours}h") : "";
        var minutes = duration.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}m") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{hours}{minutes}{duration.TotalSeconds % 60:0.######}s");
    }

    private static double? Seconds(ReadOnlySpan<char> unit) => unit switch
    {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "us" or "µs" => 1e-6,
        "ns" => 1e-9,
        _ => null,
    };
}
