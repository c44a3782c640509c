using System.Buffers;
using System.Globalization;

namespace OpsMesh.Yaml;

/// <summary>Durations as Go and Dapr write them: numbers with units, largest first, such as <c>1h30m</c> or <c>1.5s</c>; <c>d</c> is 24 hours.</summary>
public static class YamlDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var rest = text.AsSpan();
        if (rest is "0")
        {
            return true;
        }

        if (rest.IsEmpty || rest.Length > 32)
        {
            return false;
        }

        decimal ticks = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var unitEnd = rest.IndexOfAny(Digits);
            var unit = unitEnd < 0 ? rest : rest[..unitEnd];
            rest = rest[unit.Length..];
            decimal? each = unit switch
            {
                "us" or "µs" => TimeSpan.TicksPerMicrosecond,
                "ms" => TimeSpan.TicksPerMillisecond,
                "s" => TimeSpan.TicksPerSecond,
                "m" => TimeSpan.TicksPerMinute,
                "h" => TimeSpan.TicksPerHour,
                "d" => TimeSpan.TicksPerDay,
                _ => null,
            };
            // Checked before multiplying: a decimal overflows by an exception.
            if (each is null || number > TimeSpan.MaxValue.Ticks / each)
            {
                return false;
            }

            ticks += number * each.Value;
        }

        if (ticks > TimeSpan.MaxValue.Ticks)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)ticks);
        return true;
    }
}
