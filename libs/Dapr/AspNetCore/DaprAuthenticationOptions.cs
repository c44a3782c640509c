using Microsoft.AspNetCore.Authentication;

namespace Dapr.AspNetCore;

public class DaprAuthenticationOptions : AuthenticationSchemeOptions
{
    /// <summary>What the sidecar must send; null: APP_API_TOKEN.</summary>
    public string? Token { get; set; }
}
