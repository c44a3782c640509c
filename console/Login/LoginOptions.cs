using System.ComponentModel.DataAnnotations;

namespace OpsMesh.Console.Login;

internal sealed class LoginOptions
{
    public const string Section = "Login";

    /// <summary>Secret of the printed URL; exchanged once for a session. Empty: no such login.</summary>
    public string OneTimeToken { get; set; } = "";

    /// <summary>File with the operator token that such a session stands for: the token alone, or JSON with <c>token</c>.</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>How long a session lives. Default 12 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SessionLife { get; set; } = TimeSpan.FromHours(12);
}
