using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using OpsMesh.Console.Problems;
using OpsMesh.Console.Transcoding;

namespace OpsMesh.Console.Login;

/// <summary>Signing in, asking who one is, signing out.</summary>
internal sealed partial class SessionEndpoints(
    Sessions sessions, OneTimeToken oneTime, TokenCheck check, IOptions<LoginOptions> options, ILogger<SessionEndpoints> logger)
{
    private const string LocalOperator = "local operator";
    private const int MostBytes = 4096;

    public async Task OpenAsync(HttpContext context)
    {
        var asked = await ReadAsync(context);
        var token = asked.Succeeded ? await TokenOfAsync(asked.Value, context.RequestAborted) : asked.Failure;
        if (!token.Succeeded)
        {
            await context.WriteProblemAsync(Problem.Of(token.Failure));
            return;
        }

        var session = sessions.Open(context, token.Value, asked.Value!.OneTime is null ? "operator" : LocalOperator);
        LogOpened(session.Name);
        await WriteAsync(context, new SessionAnswer(session.Name, "cookie", session.ExpiresAt));
    }

    public async Task ShowAsync(HttpContext context)
    {
        var credential = context.GetCredential();
        await check.EnsureAsync(credential.Token, context.RequestAborted);
        await WriteAsync(context, new SessionAnswer(credential.Session?.Name ?? "operator", credential.ToString(), credential.Session?.ExpiresAt));
    }

    public Task CloseAsync(HttpContext context)
    {
        sessions.Close(context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static async Task<Outcome<SessionRequest>> ReadAsync(HttpContext context)
    {
        var body = await JsonBody.ReadAsync(context, MostBytes);
        if (!body.Succeeded)
        {
            return body.Failure;
        }

        try
        {
            return JsonSerializer.Deserialize<SessionRequest>(body.Value.Span) is { } asked && asked.OneTime is null != asked.Token is null
                ? asked
                : new Failure(FailureKind.Invalid, Reasons.FieldRequired, "Exactly one of one_time and token is needed.") { Field = "one_time" };
        }
        catch (JsonException exception)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldFormat, "The body must be {\"one_time\": \"...\"} or {\"token\": \"...\"}.") { Field = exception.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : "body" };
        }
    }

    private async Task<Outcome<string>> TokenOfAsync(SessionRequest asked, CancellationToken cancellationToken)
    {
        if (asked.Token is { } token)
        {
            if (!OperatorToken.IsWellFormed(token))
            {
                return new Failure(FailureKind.Unauthenticated, Reasons.TokenFormat, "This is no operator token.") { Field = "token" };
            }

            await check.EnsureAsync(token, cancellationToken);
            return token;
        }

        // Read first: a login that fails for our own reasons must not use the token up.
        var stored = options.Value.TokenFile.Length > 0 ? await OperatorToken.ReadAsync(options.Value.TokenFile, cancellationToken) : null;
        if (oneTime.TryUse(asked.OneTime!, usable: stored is not null) is { } refused)
        {
            return refused;
        }

        return stored ?? throw new InvalidOperationException($"'{options.Value.TokenFile}' (Login:TokenFile) holds no operator token.");
    }

    private static Task WriteAsync(HttpContext context, SessionAnswer answer)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} signed in.")]
    private partial void LogOpened(string name);
}

/// <summary>Exactly one of both.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SessionRequest([property: JsonPropertyName("one_time")] string? OneTime = null, [property: JsonPropertyName("token")] string? Token = null)
{
    /// <summary>No secrets in logs.</summary>
    public override string ToString() => nameof(SessionRequest);
}

/// <param name="Via">cookie or bearer.</param>
/// <param name="ExpiresAt">Absent for a bearer: the services know.</param>
internal sealed record SessionAnswer(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("via")] string Via,
    [property: JsonPropertyName("expires_at"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ExpiresAt);
