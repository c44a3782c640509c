namespace OpsMesh.Sidecar.Http;

/// <summary>Cross-origin headers, when --allowed-origins names any. A refused origin gets the answer all the same, without leave to read it.</summary>
internal static class Cors
{
    /// <returns>True: it was a preflight and is answered, before token and route are looked at.</returns>
    public static bool Handle(HttpContext context, IReadOnlyList<string> origins)
    {
        if (origins.Count == 0)
        {
            return false;
        }

        var (request, response) = (context.Request, context.Response);
        var origin = request.Headers.Origin.ToString();
        var method = request.Headers.AccessControlRequestMethod.ToString();
        var isPreflight = HttpMethods.IsOptions(request.Method) && method.Length > 0;
        response.Headers.Vary = isPreflight ? "Origin, Access-Control-Request-Method, Access-Control-Request-Headers" : "Origin";
        var allowed = origins.Contains("*") ? "*" : origins.FirstOrDefault(o => o.Equals(origin, StringComparison.OrdinalIgnoreCase));
        if (origin.Length > 0 && allowed is not null)
        {
            response.Headers.AccessControlAllowOrigin = allowed;
            if (isPreflight)
            {
                response.Headers.AccessControlAllowMethods = method;
                if (request.Headers.AccessControlRequestHeaders.ToString() is { Length: > 0 } names)
                {
                    response.Headers.AccessControlAllowHeaders = string.Join(", ", names.Split(',', StringSplitOptions.TrimEntries).Select(Canonical));
                }
            }
        }

        return isPreflight;
    }

    private static string Canonical(string name) =>
        string.Join('-', name.Split('-').Select(word => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));
}
