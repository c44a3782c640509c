using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace OpsMesh.Hosting;

public static class RequiredConfiguration
{
    /// <exception cref="StartupException">The key has no value; the process exits with code 2 and names it.</exception>
    public static string Require(this IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value ? value : throw StartupException.Missing(key);

    /// <returns>Null when the key has no value.</returns>
    /// <exception cref="StartupException">The value is no port number.</exception>
    public static int? Port(this IConfiguration configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            ? port
            : throw new StartupException($"configuration '{key}' is '{text}'; it must be a port number");
    }
}
