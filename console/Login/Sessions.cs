using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace OpsMesh.Console.Login;

/// <summary>Sessions of this process; a restart of the console ends them all.</summary>
internal sealed class Sessions(IOptions<LoginOptions> options, TimeProvider clock)
{
    private const int MostSessions = 1_000;

    private readonly LoginOptions _options = options.Value;
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>Makes a session and gives the browser its cookie.</summary>
    public Session Open(HttpContext context, string token, string name)
    {
        MakeRoom();
        var session = new Session(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), token, name, clock.GetUtcNow() + _options.SessionLife);
        _sessions[session.Id] = session;
        context.Response.Cookies.Append(CookieOf(context), session.Id, Cookie(context, _options.SessionLife));
        return session;
    }

    /// <returns>Null when the request has no cookie of a live session.</returns>
    public Session? Of(HttpContext context) =>
        context.Request.Cookies[CookieOf(context)] is { } id && _sessions.TryGetValue(id, out var session) && session.ExpiresAt > clock.GetUtcNow()
            ? session
            : null;

    public void Close(HttpContext context)
    {
        if (Of(context) is { } session)
        {
            _sessions.TryRemove(session.Id, out _);
        }

        context.Response.Cookies.Delete(CookieOf(context), Cookie(context, null));
    }

    /// <summary>Browsers send a host's cookies to each of its ports: two consoles on one machine need two names.</summary>
    private static string CookieOf(HttpContext context) => $"opsmesh_{context.Connection.LocalPort}";

    private static CookieOptions Cookie(HttpContext context, TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = life,
    };

    private void MakeRoom()
    {
        var now = clock.GetUtcNow();
        foreach (var (id, session) in _sessions)
        {
            if (session.ExpiresAt <= now)
            {
                _sessions.TryRemove(id, out _);
            }
        }

        while (_sessions.Count >= MostSessions && _sessions.Values.MinBy(session => session.ExpiresAt) is { } oldest)
        {
            _sessions.TryRemove(oldest.Id, out _);
        }
    }
}
