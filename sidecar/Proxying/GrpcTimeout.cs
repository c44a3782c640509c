using System.Globalization;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>Reads the header <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    /// <returns>What is wrong with the header, in daprd's words; null: nothing.</returns>
    public static string? Problem(string text) => text switch
    {
        { Length: < 2 } => $"transport: timeout string is too short: \"{text}\"",
        { Length: > 9 } => $"transport: timeout string is too long: \"{text}\"",
        _ when text[^1] is not ('H' or 'M' or 'S' or 'm' or 'u' or 'n') => $"transport: timeout unit is not recognized: \"{text}\"",
        _ when !text.AsSpan(0, text.Length - 1).ContainsAnyExceptInRange('0', '9') => null,
        _ => $"transport: strconv.ParseInt: parsing \"{text[..^1]}\": invalid syntax",
    };

    /// <returns>Null when there is no deadline, or none that can be read: the application refuses such a call itself.</returns>
    public static TimeSpan? Parse(string? text)
    {
        if (text is not { Length: > 1 and <= 9 } || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        TimeSpan? limit = text[^1] switch
        {
            'H' => TimeSpan.FromHours(number),
            'M' => TimeSpan.FromMinutes(number),
            'S' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMilliseconds(number),
            'u' => TimeSpan.FromMicroseconds(number),
            'n' => TimeSpan.FromTicks(number / 100),
            _ => null,
        };

        // Timers reach 49 days; a longer deadline is none that this process will see.
        return limit > TimeSpan.FromDays(49) ? null : limit;
    }
}
