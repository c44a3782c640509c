using System.Globalization;

namespace OpsMesh.Console.Traces;

internal static class UnixNano
{
    private const ulong PerSecond = 1_000_000_000;

    /// <summary>RFC 3339 with nine digits, UTC.</summary>
    public static string ToText(ulong nano)
    {
        var second = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(nano / PerSecond, 253_402_300_799));
        return string.Create(CultureInfo.InvariantCulture, $"{second:yyyy-MM-ddTHH:mm:ss}.{nano % PerSecond:D9}Z");
    }
}
