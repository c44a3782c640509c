using System.Globalization;
using System.Text;
using Npgsql;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.State;

/// <summary>
/// Translates a connection string as libpq and daprd's driver take it, <c>keyword=value</c> pairs or a URL, into Npgsql's words, so that
/// one component file serves both. A keyword that neither knows is named.
/// </summary>
internal static class LibpqConnection
{
    // They steer daprd's driver only.
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "default_query_exec_mode", "statement_cache_capacity", "description_cache_capacity", "pool_health_check_period", "pool_max_conn_lifetime_jitter",
        "krbsrvname", "krbspn", "fallback_application_name", "sslsni", "sslcompression", "gssencmode", "channel_binding",
    };

    /// <exception cref="FormatException">A keyword is unknown or the text is neither form; the message is for the person who wrote it.</exception>
    public static NpgsqlConnectionStringBuilder Translate(string text)
    {
        var isUrl = text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);
        var builder = new NpgsqlConnectionStringBuilder();
        foreach (var (keyword, value) in isUrl ? OfUrl(text) : OfKeywords(text))
        {
            Set(builder, keyword, value);
        }

        return builder;
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string keyword, string value)
    {
        switch (keyword)
        {
            case "host" or "hostaddr":
                builder.Host = value;
                break;
            case "port":
                builder.Port = Number(keyword, value);
                break;
            case "dbname" or "database":
                builder.Database = value;
                break;
            case "user":
                builder.Username = value;
                break;
            case "password":
                builder.Password = value;
                break;
            case "passfile":
                builder.Passfile = value;
                break;
            case "sslmode":
                builder.SslMode = Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode) ? mode : throw Bad(keyword, value);
                break;
            case "sslrootcert":
                builder.RootCertificate = value;
                break;
            case "sslcert":
                builder.SslCertificate = value;
                break;
            case "sslkey":
                builder.SslKey = value;
                break;
            case "sslpassword":
                builder.SslPassword = value;
                break;
            case "connect_timeout":
                builder.Timeout = Number(keyword, value);
                break;
            case "application_name":
                builder.ApplicationName = value;
                break;
            case "search_path":
                builder.SearchPath = value;
                break;
            case "options":
                builder.Options = value;
                break;
            case "timezone" or "TimeZone":
                builder.Timezone = value;
                break;
            case "client_encoding":
                builder.ClientEncoding = value;
                break;
            case "target_session_attrs":
                builder.TargetSessionAttributes = value;
                break;
            case "keepalives_idle":
                builder.TcpKeepAliveTime = Number(keyword, value);
                break;
            case "pool_max_conns":
                builder.MaxPoolSize = Number(keyword, value);
                break;
            case "pool_min_conns":
                builder.MinPoolSize = Number(keyword, value);
                break;
            case "pool_max_conn_lifetime":
                builder.ConnectionLifetime = Seconds(keyword, value);
                break;
            case "pool_max_conn_idle_time":
                builder.ConnectionIdleLifetime = Seconds(keyword, value);
                break;
            default:
                if (!WithoutEffect.Contains(keyword))
                {
                    throw new FormatException($"unknown keyword '{keyword}'");
                }

                break;
        }
    }

    private static IEnumerable<(string Keyword, string Value)> OfUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            throw new FormatException("is no URL");
        }

        if (url.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password])
        {
            yield return ("user", Uri.UnescapeDataString(user));
            foreach (var word in password)
            {
                yield return ("password", Uri.UnescapeDataString(word));
            }
        }

        if (url.Host.Length > 0)
        {
            yield return ("host", url.Host);
        }

        if (url.Port > 0)
        {
            yield return ("port", url.Port.ToString(CultureInfo.InvariantCulture));
        }

        if (url.AbsolutePath.Length > 1)
        {
            yield return ("dbname", Uri.UnescapeDataString(url.AbsolutePath[1..]));
        }

        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            yield return (Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }
    }

    private static IEnumerable<(string Keyword, string Value)> OfKeywords(string text)
    {
        var at = 0;
        while (SkipSpace(text, ref at))
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                throw new FormatException($"'{text[at..]}' has no equals sign");
            }

            var keyword = text[at..equals].Trim();
            at = equals + 1;
            SkipSpace(text, ref at);
            yield return (keyword, Value(text, ref at));
        }
    }

    /// <summary>Up to the next space, or in single quotes; a backslash takes the next character as it is.</summary>
    private static string Value(string text, ref int at)
    {
        var value = new StringBuilder();
        var isQuoted = at < text.Length && text[at] == '\'';
        at += isQuoted ? 1 : 0;
        for (; at < text.Length && (isQuoted ? text[at] != '\'' : !char.IsWhiteSpace(text[at])); at++)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            value.Append(text[at]);
        }

        at += isQuoted ? 1 : 0;
        return value.ToString();
    }

    private static bool SkipSpace(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at < text.Length;
    }

    private static int Number(string keyword, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Bad(keyword, value);

    private static int Seconds(string keyword, string value) =>
        GoDuration.Parse(value) is { } duration && duration >= TimeSpan.Zero ? (int)duration.TotalSeconds : throw Bad(keyword, value);

    private static FormatException Bad(string keyword, string value) => new($"keyword '{keyword}' cannot be '{value}'");
}
