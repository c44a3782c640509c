using Dapr.AspNetCore;
using Microsoft.AspNetCore.Authorization;

namespace Microsoft.AspNetCore.Authentication;

/// <summary>The scheme "Dapr" and a policy that asks for it.</summary>
public static class DaprAuthenticationExtensions
{
    private const string Scheme = "Dapr";

    public static AuthenticationBuilder AddDapr(this AuthenticationBuilder builder) => builder.AddDapr(_ => { });

    public static AuthenticationBuilder AddDapr(this AuthenticationBuilder builder, Action<DaprAuthenticationOptions>? configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddScheme<DaprAuthenticationOptions, DaprAuthenticationHandler>(Scheme, configureOptions ?? (_ => { }));
    }

    public static void AddDapr(this AuthorizationOptions options, string name = Scheme)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddPolicy(name, policy => policy.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser());
    }
}
