using System.Globalization;

namespace OpsMesh.Cli.Local.Stores;

/// <summary>A Redis server as component files want it.</summary>
/// <param name="Host">With its port.</param>
/// <param name="Password">Empty: none.</param>
internal sealed record RedisAddress(string Host, string Password)
{
    private const int DefaultPort = 6379;

    /// <summary>HOST:PORT, or a URL that also has a password.</summary>
    /// <returns>Null when it is neither.</returns>
    public static RedisAddress? Parse(string text)
    {
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : "redis://" + text;
        if (!Uri.TryCreate(whole, UriKind.Absolute, out var url) || url.Scheme != "redis" || url.Host.Length == 0 || url.AbsolutePath is not ("" or "/" or "/0"))
        {
            return null;
        }

        var user = url.UserInfo.Split(':', 2);
        return user[0] is "" or "default"
            ? new RedisAddress(string.Create(CultureInfo.InvariantCulture, $"{url.Host}:{(url.Port > 0 ? url.Port : DefaultPort)}"), user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "")
            : null;
    }
}
