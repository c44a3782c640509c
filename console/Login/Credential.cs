namespace OpsMesh.Console.Login;

/// <summary>What a request came with. The console does not judge the token: each service does.</summary>
/// <param name="Token">Operator token, <c>opm_...</c>, forwarded as bearer.</param>
/// <param name="Session">The session whose cookie stood for it; null when the caller sent the token itself.</param>
internal sealed record Credential(string Token, Session? Session)
{
    /// <summary>No secrets in logs.</summary>
    public override string ToString() => Session is null ? "bearer" : "cookie";
}

internal static class CredentialExtensions
{
    /// <exception cref="InvalidOperationException">The endpoint is open to all.</exception>
    public static Credential GetCredential(this HttpContext context) =>
        context.Features.Get<Credential>() ?? throw new InvalidOperationException("This endpoint does not ask for a credential.");
}
