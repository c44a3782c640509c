using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Times of the library's own in the configuration.</summary>
internal static class TimeSetting
{
    // Well below what a timer takes.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <returns>Null when it is not set.</returns>
    /// <exception cref="InvalidOperationException">It is no time, negative, or over 30 days.</exception>
    public static TimeSpan? Read(IServiceProvider services, string key)
    {
        if (services.GetService<IConfiguration>()?[key] is not { Length: > 0 } text)
        {
            return null;
        }

        // A number alone would be days, which nobody means who writes one.
        return text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero && time <= Longest
            ? time
            : throw new InvalidOperationException($"{key} is '{text}': it must be a time from 00:00:00 to 30.00:00:00, such as 00:10:00 for ten minutes.");
    }
}
