using Microsoft.Extensions.Primitives;
using OpsMesh.Console.Problems;

namespace OpsMesh.Console.Login;

/// <summary>Lets nobody without a credential to the API. Endpoints that are open to all say so.</summary>
internal sealed class CredentialGate(RequestDelegate next, Sessions sessions)
{
    public const string CsrfHeader = "opsmesh-csrf";
    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<OpenToAll>() is not null)
        {
            return next(context);
        }

        var credential = Read(context);
        if (!credential.Succeeded)
        {
            return context.WriteProblemAsync(Problem.Of(credential.Failure));
        }

        context.Features.Set(credential.Value);
        return next(context);
    }

    private Outcome<Credential> Read(HttpContext context)
    {
        if (!StringValues.IsNullOrEmpty(context.Request.Headers.Authorization))
        {
            return FromBearer(context.Request.Headers.Authorization);
        }

        if (sessions.Of(context) is not { } session)
        {
            return new Failure(FailureKind.Unauthenticated, Reasons.CredentialMissing, "Sign in, or send an operator token as bearer.");
        }

        // A foreign page can make the browser send the cookie, but not this header.
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
            && StringValues.IsNullOrEmpty(context.Request.Headers[CsrfHeader]))
        {
            return new Failure(FailureKind.Denied, Reasons.CredentialMissing, $"A change that is authorised by cookie needs the header {CsrfHeader}.") { Field = CsrfHeader };
        }

        return new Credential(session.Token, session);
    }

    private static Outcome<Credential> FromBearer(StringValues authorization) =>
        authorization is [{ } text] && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && OperatorToken.IsWellFormed(text[Scheme.Length..].Trim())
            ? new Credential(text[Scheme.Length..].Trim(), null)
            : new Failure(FailureKind.Unauthenticated, Reasons.TokenFormat, "authorization must be 'Bearer opm_...'.");
}

/// <summary>Marks an endpoint that needs no credential.</summary>
internal sealed class OpenToAll;
