using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using OpsMesh.Hosting;
using OpsMesh.Identity;

namespace OpsMesh.Access;

/// <summary>
/// Finds out who is calling, by the door they came in by. Nothing a peer can write counts before the credential that the door demands
/// has been checked.
/// </summary>
internal sealed class CallerJudge(AccessOptions options, IOperatorTokens tokens, TimeProvider clock)
{
    private const string ApiTokenHeader = "dapr-api-token";
    private const string CallerHeader = "dapr-caller-app-id";

    private readonly byte[]? _apiToken = options.AppApiToken is { Length: > 0 } token ? Encoding.UTF8.GetBytes(token) : null;

    public Outcome<Caller> Judge(HttpContext http, MethodPolicy policy) => http.GetArrival() switch
    {
        { Door: Door.Node } => ByCertificate(http, policy),
        { Door: Door.App } => BySidecar(http.Request.Headers),
        { Door: Door.Tunnel, Service: { } service } => Caller.Service(service),
        { Door: Door.LocalSocket } => Caller.LocalRoot,
        _ => Refuse(Reasons.CredentialMissing, "Calls are not taken at this address."),
    };

    private Outcome<Caller> ByCertificate(HttpContext http, MethodPolicy policy)
    {
        if (http.Features.Get<PeerCertificate>() is not { } peer)
        {
            return policy.Admits(CallerKind.Bootstrap)
                ? Caller.Bootstrap
                : Refuse(Reasons.CredentialMissing, "A client certificate of this mesh is needed.");
        }

        var now = clock.GetUtcNow();
        if (!peer.IsValidAt(now))
        {
            return Refuse(
                now < peer.NotBefore ? Reasons.TokenFormat : Reasons.TokenExpired,
                $"The client certificate is valid from {peer.NotBefore:u} to {peer.NotAfter:u}; here it is {now:u}.");
        }

        if (peer.Id is not { } id || id.TrustDomain != options.TrustDomain)
        {
            return Refuse(Reasons.TokenFormat, "The client certificate needs exactly one SAN URI, a SPIFFE id of this mesh.");
        }

        if (!peer.IsClient)
        {
            return Refuse(Reasons.TokenAudience, "The client certificate was not made for clients (clientAuth).");
        }

        return id.Kind == SpiffeKind.Node ? ByNode(id.Name) : ByService(id.Name, http.Request.Headers);
    }

    private Outcome<Caller> ByNode(string nodeId) => tokens.CheckNodes() is { } stale ? stale : Caller.Node(nodeId);

    /// <summary>The console speaks for operators; for anybody else the header means nothing.</summary>
    private Outcome<Caller> ByService(string name, IHeaderDictionary headers) =>
        name == options.ConsoleName && headers.Authorization.Count > 0 ? ByBearer(headers) : Caller.Service(name);

    private Outcome<Caller> BySidecar(IHeaderDictionary headers)
    {
        var given = headers[ApiTokenHeader];
        if (_apiToken is null || given.Count != 1 || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given[0] ?? ""), _apiToken))
        {
            return Refuse(Reasons.CredentialMissing, "This port is for the sidecar, which sends the app's API token.");
        }

        if (headers.Authorization.Count > 0)
        {
            return ByBearer(headers);
        }

        // The proxy appends the true value, so one that the caller made up stands before it. Several may come as one line, too.
        var callers = headers[CallerHeader];
        return callers.Count == 0 ? Caller.Sidecar : Caller.Service(callers[^1]!.Split(',')[^1].Trim());
    }

    private Outcome<Caller> ByBearer(IHeaderDictionary headers)
    {
        const string Scheme = "Bearer ";
        return headers.Authorization is [{ } only] && only.StartsWith(Scheme, StringComparison.Ordinal)
            ? tokens.Verify(only[Scheme.Length..])
            : Refuse(Reasons.TokenFormat, "One authorization header with a bearer token is needed.");
    }

    private static Failure Refuse(string reason, string message) => new(FailureKind.Unauthenticated, reason, message);
}
