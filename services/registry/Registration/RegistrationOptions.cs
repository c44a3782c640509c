using System.ComponentModel.DataAnnotations;

namespace OpsMesh.Registry.Registration;

internal sealed class RegistrationOptions
{
    public const string Section = "Registration";

    /// <summary>Window in which daemons spread their reconnects. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ReconnectWindow { get; init; } = TimeSpan.FromSeconds(15);
}
