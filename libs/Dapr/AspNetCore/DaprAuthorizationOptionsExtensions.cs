using Microsoft.AspNetCore.Authentication;

namespace Microsoft.AspNetCore.Authorization;

/// <summary>A policy that asks for the scheme "Dapr".</summary>
public static class DaprAuthorizationOptionsExtensions
{
    public static void AddDapr(this AuthorizationOptions options, string name = DaprAuthenticationBuilderExtensions.Scheme)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddPolicy(name, policy => policy.AddAuthenticationSchemes(DaprAuthenticationBuilderExtensions.Scheme).RequireAuthenticatedUser());
    }
}
