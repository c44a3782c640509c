using System.Text;
using OpsMesh.Sidecar.Http;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Finds in a request that is none of the API's own which application it is for: by a header, by basic authentication, or by its path.</summary>
internal static class InvocationPath
{
    private const string AppId = "dapr-app-id";

    /// <param name="cleaned">The path's segments, cleaned and still encoded.</param>
    /// <returns>The method is still encoded; null: the request names no application.</returns>
    public static (string TargetId, string Method)? Find(HttpContext context, string[] cleaned)
    {
        if (context.Request.Headers[AppId] is [{ Length: > 0 } byHeader, ..])
        {
            return (byHeader, string.Join('/', cleaned));
        }

        if (ByAuthorization(context.Request.Headers.Authorization.ToString()) is { } byUser)
        {
            return (byUser, string.Join('/', cleaned));
        }

        return cleaned is ["", ..] ? null : ByPath(ApiPath.Target(context).Split('?')[0]);
    }

    private static string? ByAuthorization(string header)
    {
        const string Scheme = "Basic ";
        const string User = AppId + ":";
        var bytes = new byte[header.Length];
        return header.StartsWith(Scheme, StringComparison.Ordinal)
            && Convert.TryFromBase64String(header[Scheme.Length..], bytes, out var count)
            && Encoding.UTF8.GetString(bytes, 0, count) is var pair
            && pair.StartsWith(User, StringComparison.Ordinal)
            && pair.Length > User.Length ? pair[User.Length..] : null;
    }

    /// <summary>Not of the cleaned path: an id may be an address, and what lies behind it may go up as it likes.</summary>
    private static (string, string)? ByPath(string path)
    {
        const string Mark = "/method/";
        string[] names = ["v1.0", "invoke"];
        var rest = path;
        foreach (var name in names)
        {
            rest = rest.TrimStart('/');
            if (!rest.StartsWith(name + "/", StringComparison.Ordinal))
            {
                return null;
            }

            rest = rest[(name.Length + 1)..];
        }

        return rest.IndexOf(Mark, StringComparison.Ordinal) is > 0 and var at ? (ApiPath.Decode(rest[..at]), rest[(at + Mark.Length)..]) : null;
    }
}
