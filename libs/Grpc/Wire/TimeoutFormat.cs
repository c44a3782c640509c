using System.Globalization;

namespace Grpc.Wire;

/// <summary>grpc-timeout: one to eight digits and a unit (H, M minutes, S, m milliseconds, u, n).</summary>
internal static class TimeoutFormat
{
    private const long LargestValue = 99_999_999;

    private static readonly (char Unit, long Nanoseconds)[] Units =
    [
        ('n', 1), ('u', 1_000), ('m', 1_000_000), ('S', 1_000_000_000), ('M', 60_000_000_000), ('H', 3_600_000_000_000),
    ];

    /// <summary>Rounded up, never 0, in the finest unit that fits; milliseconds at the finest.</summary>
    public static string Encode(TimeSpan timeout)
    {
        var ticks = Math.Max(1, timeout.Ticks);
        foreach (var (unit, nanoseconds) in Units)
        {
            if (nanoseconds < 1_000_000)
            {
                continue;
            }

            var unitTicks = nanoseconds / 100;
            var value = (ticks / unitTicks) + (ticks % unitTicks == 0 ? 0 : 1);
            if (value <= LargestValue)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
            }
        }

        return "99999999H";
    }

    /// <returns>False for anything malformed: the header is then as if absent.</returns>
    public static bool TryDecode(string? text, out TimeSpan timeout)
    {
        timeout = default;
        if (text is not { Length: >= 2 and <= 9 }
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        foreach (var (unit, nanoseconds) in Units)
        {
            if (unit == text[^1])
            {
                timeout = nanoseconds >= 100
                    ? TimeSpan.FromTicks(value * (nanoseconds / 100))
                    : TimeSpan.FromTicks((value * nanoseconds) / 100);
                return true;
            }
        }

        return false;
    }
}
