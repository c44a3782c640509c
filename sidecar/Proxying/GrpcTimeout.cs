using System.Globalization;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>Reads the header <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class GrpcTimeout
{
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
