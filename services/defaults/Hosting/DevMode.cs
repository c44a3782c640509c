using Microsoft.Extensions.Configuration;

namespace OpsMesh.Hosting;

/// <summary>Must be asked for; refuses addresses other than loopback; never relaxes who may do what.</summary>
public static class DevMode
{
    public const string Key = "Dev";

    /// <exception cref="StartupException">The value is neither true nor false.</exception>
    public static bool IsOn(IConfiguration configuration) => configuration[Key] switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var on) => on,
        var text => throw new StartupException($"configuration '{Key}' is '{text}'; it must be true or false"),
    };
}
